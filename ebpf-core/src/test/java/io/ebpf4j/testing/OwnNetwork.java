package io.ebpf4j.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Each test of the class runs on a thread that has a network namespace of its own, with {@code lo} up: nobody else sends there, and
 * whatever a test leaves behind goes with it. Threads and processes that a test starts are in there too.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(OwnNetworkThread.class)
public @interface OwnNetwork {
}
