package io.ebpf4j.libbpf;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A test that calls libbpf. Where there is none it is skipped, saying why, unless {@code EBPF_LIVE=require}. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(RequiresLibbpf.Condition.class)
@interface RequiresLibbpf {

    /** Decides it. */
    class Condition implements ExecutionCondition {

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            if ("require".equals(System.getenv("EBPF_LIVE"))) {
                return ConditionEvaluationResult.enabled("EBPF_LIVE=require");
            }
            try {
                NativeLibrary.require();
                return ConditionEvaluationResult.enabled("libbpf " + NativeLibrary.version());
            } catch (NativeUnavailableException e) {
                System.out.println("SKIPPED " + context.getDisplayName() + ": " + e.getMessage());
                return ConditionEvaluationResult.disabled(e.getMessage());
            }
        }
    }
}
