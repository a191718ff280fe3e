package io.ebpf4j.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test that needs the running kernel. Where that takes no eBPF programs the test is skipped and says why; with
 * {@code EBPF_LIVE=require} in the environment it runs all the same, and fails.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("live")
@ExtendWith(LiveCondition.class)
public @interface Live {
}
