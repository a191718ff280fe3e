package io.ebpf4j;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Optional;

/**
 * What became of a {@link TestRun}.
 *
 * @param returnValue what the function returned, the last time
 * @param duration how long it ran, on average; empty where the kernel does not measure it: for raw tracepoints, syscall
 * and tracing functions
 * @param data the packet afterwards; empty where there was none, or it went out
 * @param context the function's argument afterwards; empty where none was given or the kernel does not give it back
 */
public record TestRunResult(int returnValue, Optional<Duration> duration, MemorySegment data, MemorySegment context) {
    /** {@return what the return value means for a function of type XDP; empty where it means nothing} */
    public Optional<XdpAction> xdpAction() {
        return XdpAction.of(returnValue);
    }
}
