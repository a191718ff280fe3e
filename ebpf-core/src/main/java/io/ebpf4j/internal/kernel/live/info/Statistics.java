package io.ebpf4j.internal.kernel.live.info;

import io.ebpf4j.KernelAccessException;
import io.ebpf4j.KernelSupportException;
import io.ebpf4j.PrivilegeException;
import io.ebpf4j.libbpf.Errno;
import io.ebpf4j.libbpf.gen.Libbpf;
import io.ebpf4j.libbpf.gen.Libc;
import java.util.concurrent.atomic.AtomicInteger;

/** {@code BPF_ENABLE_STATS}: the kernel counts while the file descriptor is open. */
public final class Statistics implements AutoCloseable {
    private static final int CLOSED = -1;

    private final AtomicInteger fd;

    private Statistics(int fd) {
        this.fd = new AtomicInteger(fd);
    }

    /**
     * {@return what is counting now}
     *
     * @throws io.ebpf4j.BpfException when the kernel does not let it
     */
    public static Statistics enable() {
        String what = "the kernel cannot count runs of eBPF functions";
        RunningKernel.require(what);
        int fd = Libbpf.bpf_enable_stats(Libbpf.BPF_STATS_RUN_TIME());
        if (fd >= 0) {
            return new Statistics(fd);
        }
        throw switch (-fd) {
            case Errno.EPERM, Errno.EACCES -> new PrivilegeException(what + " for this process (" + Errno.describe(fd)
                    + "): that needs CAP_SYS_ADMIN; run as root, or let root run: sysctl kernel.bpf_stats_enabled=1",
                    -fd);
            case Errno.EINVAL ->
                new KernelSupportException(what + " for as long as a process wants: that came with Linux 5.8,"
                        + " this is Linux " + RunningKernel.release()
                        + "; from 5.1 on root can run: sysctl kernel.bpf_stats_enabled=1", -fd);
            default -> new KernelAccessException(what + ": " + Errno.describe(fd), -fd);
        };
    }

    /** Once, so that a number is not closed that means something else by then. */
    @Override
    public void close() {
        int open = fd.getAndSet(CLOSED);
        if (open != CLOSED) {
            Libc.close(open);
        }
    }
}
