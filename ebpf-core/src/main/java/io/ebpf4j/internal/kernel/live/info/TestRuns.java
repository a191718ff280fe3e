package io.ebpf4j.internal.kernel.live.info;

import io.ebpf4j.BpfException;
import io.ebpf4j.KernelAccessException;
import io.ebpf4j.KernelSupportException;
import io.ebpf4j.PrivilegeException;
import io.ebpf4j.ProgramType;
import io.ebpf4j.TestRun;
import io.ebpf4j.TestRunResult;
import io.ebpf4j.libbpf.Errno;
import io.ebpf4j.libbpf.gen.Libbpf;
import io.ebpf4j.libbpf.gen.bpf_test_run_opts;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.Optional;

/** {@code BPF_PROG_TEST_RUN}. */
public final class TestRuns {
    /** A function may make a packet longer; this much is room for what most add. */
    private static final int DATA_ROOM = 4096;
    /** {@code struct __sk_buff}, the largest context that comes back, has 192 bytes on Linux 6.18. */
    private static final int CONTEXT_ROOM = 512;
    /** A signal ends a run early. Whoever sends that many does not want it to run. */
    private static final int ATTEMPTS = 100;

    private TestRuns() {}

    /**
     * Runs a loaded function.
     *
     * @param program its file descriptor
     * @param type its type
     * @param run with what
     * @param what names it, to begin messages with
     * @return what became of it
     * @throws IllegalArgumentException when functions of the type cannot be run with that
     * @throws KernelSupportException when the kernel cannot run functions of the type
     * @throws PrivilegeException when the process may not
     * @throws KernelAccessException when the kernel refuses for another reason
     */
    public static TestRunResult run(int program, ProgramType type, TestRun run, String what) {
        RunShape shape = RunShape.of(type);
        shape.check(run, what + ": cannot be run: ");
        try (Arena arena = Arena.ofConfined()) {
            var call = new Call(arena, program, shape, run);
            int result = call.perform(run.data().byteSize() + DATA_ROOM, CONTEXT_ROOM);
            if (result == -Errno.ENOSPC) {
                // It has run, but what it left did not fit; how long that was is known now.
                result = call.perform(call.dataSize(), call.contextSize());
            }
            if (result != 0) {
                throw failure(what, type, run, -result);
            }
            return call.result();
        }
    }

    private static BpfException failure(String what, ProgramType type, TestRun run, int errno) {
        String cannot = what + ": cannot be run: ";
        return switch (errno) {
            case Errno.ENOTSUPP, Errno.EOPNOTSUPP -> new KernelSupportException(
                    cannot + "Linux " + RunningKernel.release() + " runs no functions of type " + type
                            + " on given data; it does so for " + RunShape.RUNNABLE,
                    errno);
            case Errno.EPERM, Errno.EACCES -> new PrivilegeException(
                    what + ": cannot be run: " + Answers.forbidden("a run", errno), errno);
            case Errno.EINVAL ->
                new KernelAccessException(cannot + Errno.describe(errno) + ": the kernel does not take "
                        + run.data().byteSize() + " bytes of data with a context of " + run.context().byteSize()
                        + " bytes for a function of type " + type + "; " + RunShape.of(type).advice(), errno);
            case Errno.ENOSPC -> new KernelAccessException(cannot + Errno.describe(errno)
                    + ": the packet is longer each time it runs", errno);
            default -> new KernelAccessException(cannot + Errno.describe(errno) + " for a function of type " + type
                    + " with " + run.data().byteSize() + " bytes of data and a context of "
                    + run.context().byteSize() + " bytes", errno);
        };
    }

    /** The call with its memory. */
    private static final class Call {
        private final Arena arena;
        private final int program;
        private final RunShape shape;
        private final TestRun run;
        private MemorySegment options = MemorySegment.NULL;
        private MemorySegment context = MemorySegment.NULL;
        private MemorySegment dataOut = MemorySegment.NULL;
        private MemorySegment contextOut = MemorySegment.NULL;

        Call(Arena arena, int program, RunShape shape, TestRun run) {
            this.arena = arena;
            this.program = program;
            this.shape = shape;
            this.run = run;
        }

        int perform(long dataRoom, long contextRoom) {
            for (int attempt = 1;; attempt++) {
                prepare(dataRoom, contextRoom);
                int result = Libbpf.bpf_prog_test_run_opts(program, options);
                if (result != -Errno.EINTR || attempt == ATTEMPTS) {
                    return result;
                }
            }
        }

        /** Anew for each attempt, for the kernel writes into it. */
        private void prepare(long dataRoom, long contextRoom) {
            options = bpf_test_run_opts.allocate(arena);
            bpf_test_run_opts.sz(options, bpf_test_run_opts.sizeof());
            if (run.data().byteSize() > 0) {
                bpf_test_run_opts.data_in(options, copy(run.data()));
                bpf_test_run_opts.data_size_in(options, (int) run.data().byteSize());
                if (run.liveFrames().isEmpty()) {
                    dataOut = arena.allocate(dataRoom, Long.BYTES);
                    bpf_test_run_opts.data_out(options, dataOut);
                    bpf_test_run_opts.data_size_out(options, (int) dataRoom);
                }
            }
            if (run.context().byteSize() > 0) {
                context = copy(run.context());
                bpf_test_run_opts.ctx_in(options, context);
                bpf_test_run_opts.ctx_size_in(options, (int) context.byteSize());
                if (shape.context() == RunShape.Context.OUT && run.liveFrames().isEmpty()) {
                    contextOut = arena.allocate(contextRoom, Long.BYTES);
                    bpf_test_run_opts.ctx_out(options, contextOut);
                    bpf_test_run_opts.ctx_size_out(options, (int) contextRoom);
                }
            }
            if (shape.repeats()) {
                bpf_test_run_opts.repeat(options, run.repeat());
            }
            run.cpu().ifPresent(cpu -> {
                bpf_test_run_opts.cpu(options, cpu);
                bpf_test_run_opts.flags(options, Libbpf.BPF_F_TEST_RUN_ON_CPU());
            });
            run.liveFrames().ifPresent(batch -> {
                bpf_test_run_opts.batch_size(options, batch);
                bpf_test_run_opts.flags(options, Libbpf.BPF_F_TEST_XDP_LIVE_FRAMES());
            });
        }

        long dataSize() {
            return Integer.toUnsignedLong(bpf_test_run_opts.data_size_out(options));
        }

        long contextSize() {
            return Integer.toUnsignedLong(bpf_test_run_opts.ctx_size_out(options));
        }

        TestRunResult result() {
            Optional<Duration> duration = shape.repeats()
                    ? Optional.of(Duration.ofNanos(Integer.toUnsignedLong(bpf_test_run_opts.duration(options))))
                    : Optional.empty();
            return new TestRunResult(bpf_test_run_opts.retval(options), duration, heap(dataOut, dataSize()),
                    switch (shape.context()) {
                        case IN_PLACE -> heap(context, context.byteSize());
                        case OUT, IN, NONE -> heap(contextOut, contextSize());
                    });
        }

        private MemorySegment copy(MemorySegment bytes) {
            return arena.allocate(bytes.byteSize(), Long.BYTES).copyFrom(bytes);
        }

        /** The kernel may have had more than there was room for, but then it has said so. */
        private static MemorySegment heap(MemorySegment memory, long size) {
            return MemorySegment.ofArray(memory.asSlice(0, Math.min(size, memory.byteSize()))
                    .toArray(ValueLayout.JAVA_BYTE)).asReadOnly();
        }
    }
}
