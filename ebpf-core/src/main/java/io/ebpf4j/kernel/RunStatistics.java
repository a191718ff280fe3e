package io.ebpf4j.kernel;

import io.ebpf4j.internal.kernel.live.info.Statistics;

/**
 * Lets the kernel count how often functions run, and for how long: {@link FunctionInfo#runCount()} and
 * {@link FunctionInfo#runTime()} grow while at least one of these is open in the whole system, or the sysctl
 * {@code kernel.bpf_stats_enabled} is 1. It costs some tens of nanoseconds a run of any function.
 *
 * {@snippet :
 * try (RunStatistics counting = RunStatistics.enable()) {
 *     service.run();
 * }
 * }
 *
 * <p>Thread-safe. When the process ends the kernel closes it.
 */
public final class RunStatistics implements AutoCloseable {
    private final Statistics statistics;

    private RunStatistics(Statistics statistics) {
        this.statistics = statistics;
    }

    /**
     * Begins to count. Needs CAP_SYS_ADMIN, and Linux 5.8.
     *
     * @return what ends that
     * @throws io.ebpf4j.PrivilegeException without the right
     * @throws io.ebpf4j.KernelSupportException on an older kernel; names the sysctl that does it there
     * @throws io.ebpf4j.LibbpfException without libbpf or Linux
     */
    public static RunStatistics enable() {
        return new RunStatistics(Statistics.enable());
    }

    /** Ends counting, unless somebody else counts. Idempotent. What was counted stays. */
    @Override
    public void close() {
        statistics.close();
    }
}
