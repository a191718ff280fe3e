package io.ebpf4j;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.OptionalInt;

/**
 * With what a function is to be run once, or a million times, without waiting for the event that it is for:
 * {@code BPF_PROG_TEST_RUN} of the kernel. Immutable.
 *
 * {@snippet :
 * TestRun run = TestRun.defaults().withData(packet).withRepeat(1_000_000);
 * }
 *
 * <p>A function that makes its packet longer by more than 4096 bytes is run once more, with room for that. Without live
 * frames nothing leaves the kernel, but what the function writes to maps is written.
 *
 * <p>What makes sense depends on the function's type; anything else is an {@link IllegalArgumentException} when it is run:
 * <table>
 * <caption>What can be run with what</caption>
 * <tr><th>type</th><th>data</th><th>context</th><th>else</th></tr>
 * <tr><td>XDP</td><td>the packet, from its Ethernet header of 14 bytes on; needed</td><td>{@code struct xdp_md},
 * if any with {@code data_end} = the size of the data</td><td>repeat, live frames</td></tr>
 * <tr><td>SCHED_CLS, SCHED_ACT, SOCKET_FILTER, CGROUP_SKB, LWT_*</td><td>as above</td><td>{@code struct __sk_buff}: its
 * {@code mark}, {@code priority}, {@code ifindex}, {@code cb[]}, {@code tstamp} and the like, the rest 0</td>
 * <td>repeat</td></tr>
 * <tr><td>FLOW_DISSECTOR</td><td>as above</td><td>{@code struct bpf_flow_keys}</td><td>repeat</td></tr>
 * <tr><td>NETFILTER</td><td>as above; Linux 6.4</td><td>-</td><td>repeat</td></tr>
 * <tr><td>RAW_TRACEPOINT</td><td>-</td><td>its arguments, up to 12 of 8 bytes; Linux 5.10</td><td>CPU</td></tr>
 * <tr><td>SYSCALL</td><td>-</td><td>whatever it takes, up to 65,535 bytes; it may write there</td><td>-</td></tr>
 * <tr><td>SK_LOOKUP</td><td>-</td><td>{@code struct bpf_sk_lookup}; needed</td><td>repeat</td></tr>
 * <tr><td>TRACING (fentry, fexit and fmod_ret of the kernel's own {@code bpf_fentry_test1})</td><td>-</td><td>-</td>
 * <td>-</td></tr>
 * </table>
 *
 * @param data the packet; empty for none. Copied
 * @param context the function's argument, in the machine's byte order; empty for none. Copied
 * @param repeat how often it runs on the same data, from 1 on; what it changes in a packet stays for the next time
 * @param cpu where it runs; empty for here
 * @param liveFrames if there, packets are real ones: what the function passes is received, what it sends back or redirects
 * is sent, so many at a time, 0 for the kernel's 64. Linux 5.18
 */
public record TestRun(MemorySegment data, MemorySegment context, int repeat, OptionalInt cpu, OptionalInt liveFrames) {
    private static final int MAX_BATCH = 256;
    private static final TestRun DEFAULTS = new TestRun(MemorySegment.NULL, MemorySegment.NULL, 1, OptionalInt.empty(),
            OptionalInt.empty());

    /**
     * Copies the bytes and checks the numbers.
     *
     * @throws IllegalArgumentException when a number is out of its range
     */
    public TestRun {
        data = copy(data);
        context = copy(context);
        atLeast("repeat", repeat, 1);
        cpu.ifPresent(number -> atLeast("cpu", number, 0));
        liveFrames.ifPresent(batch -> {
            atLeast("a batch of live frames", batch, 0);
            if (batch > MAX_BATCH) {
                throw new IllegalArgumentException(
                        "a batch of live frames is " + batch + ", the kernel takes at most " + MAX_BATCH);
            }
        });
    }

    /** {@return no data, no context, once} */
    public static TestRun defaults() {
        return DEFAULTS;
    }

    /**
     * {@return the same with a packet}
     *
     * @param bytes from the Ethernet header on
     */
    public TestRun withData(byte... bytes) {
        return new TestRun(MemorySegment.ofArray(bytes), context, repeat, cpu, liveFrames);
    }

    /**
     * {@return the same with a packet}
     *
     * @param bytes from the Ethernet header on
     */
    public TestRun withData(MemorySegment bytes) {
        return new TestRun(bytes, context, repeat, cpu, liveFrames);
    }

    /**
     * {@return the same with a context}
     *
     * @param bytes the struct that the function takes
     */
    public TestRun withContext(byte... bytes) {
        return new TestRun(data, MemorySegment.ofArray(bytes), repeat, cpu, liveFrames);
    }

    /**
     * {@return the same with a context}
     *
     * @param bytes the struct that the function takes
     */
    public TestRun withContext(MemorySegment bytes) {
        return new TestRun(data, bytes, repeat, cpu, liveFrames);
    }

    /**
     * {@return the same, so many times}
     *
     * @param times from 1 on
     */
    public TestRun withRepeat(int times) {
        return new TestRun(data, context, times, cpu, liveFrames);
    }

    /**
     * {@return the same on a CPU}
     *
     * @param number as in {@code /proc/cpuinfo}, from 0 on
     */
    public TestRun withCpu(int number) {
        return new TestRun(data, context, repeat, OptionalInt.of(number), liveFrames);
    }

    /**
     * {@return the same with real packets}
     *
     * @param batch how many are made at a time, up to 256; 0 leaves it to the kernel
     */
    public TestRun withLiveFrames(int batch) {
        return new TestRun(data, context, repeat, cpu, OptionalInt.of(batch));
    }

    private static MemorySegment copy(MemorySegment bytes) {
        return MemorySegment.ofArray(bytes.toArray(ValueLayout.JAVA_BYTE)).asReadOnly();
    }

    private static void atLeast(String what, int number, int least) {
        if (number < least) {
            throw new IllegalArgumentException(what + " is " + number + ", must be at least " + least);
        }
    }
}
