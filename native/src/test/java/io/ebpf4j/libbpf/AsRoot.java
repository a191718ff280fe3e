package io.ebpf4j.libbpf;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A test that mounts or loads. For others than root it is skipped, saying so, unless {@code EBPF_LIVE=require}. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(AsRoot.Condition.class)
@interface AsRoot {

    /** Decides it. */
    class Condition implements ExecutionCondition {

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            if ("root".equals(System.getProperty("user.name")) || "require".equals(System.getenv("EBPF_LIVE"))) {
                return ConditionEvaluationResult.enabled("root");
            }
            System.out.println("SKIPPED " + context.getDisplayName() + ": not root");
            return ConditionEvaluationResult.disabled("not root");
        }
    }
}
