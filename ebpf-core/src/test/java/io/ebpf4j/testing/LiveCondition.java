package io.ebpf4j.testing;

import io.ebpf4j.BpfException;
import io.ebpf4j.BpfProgram;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Decides by loading the smallest program there is. */
final class LiveCondition implements ExecutionCondition {
    private static final ConditionEvaluationResult RESULT = evaluate();

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return RESULT;
    }

    private static ConditionEvaluationResult evaluate() {
        if ("require".equals(System.getenv("EBPF_LIVE"))) {
            return ConditionEvaluationResult.enabled("EBPF_LIVE=require");
        }
        try (var program = BpfProgram.load(Fixtures.path("no_maps"))) {
            return ConditionEvaluationResult.enabled("this kernel loads " + program);
        } catch (BpfException e) {
            System.err.println("live tests are skipped: " + e.getMessage());
            return ConditionEvaluationResult.disabled(e.getMessage());
        }
    }
}
