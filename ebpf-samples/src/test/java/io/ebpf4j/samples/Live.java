package io.ebpf4j.samples;

import io.ebpf4j.BpfProgram;
import io.ebpf4j.KernelSupportException;
import io.ebpf4j.LibbpfException;
import io.ebpf4j.PrivilegeException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Tests that load probes into the running kernel. Where it does not let us they are skipped, saying why, unless
 * {@code EBPF_LIVE=require}: then they run, and fail. The names of such classes end in {@code LiveTest}.
 */
@Tag("live")
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(Live.Condition.class)
@interface Live {
    /** Asks the kernel, rather than guessing from the user's id. */
    final class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            if ("require".equals(System.getenv("EBPF_LIVE"))) {
                return ConditionEvaluationResult.enabled("EBPF_LIVE=require");
            }
            try (var program = BpfProgram.load(Probe.TCPCONNECT.spec())) {
                return ConditionEvaluationResult.enabled("the kernel takes " + program);
            } catch (PrivilegeException | LibbpfException | KernelSupportException e) {
                System.out.println("SKIPPED " + context.getDisplayName() + ": " + e.getMessage());
                return ConditionEvaluationResult.disabled(e.getMessage());
            }
        }
    }
}
