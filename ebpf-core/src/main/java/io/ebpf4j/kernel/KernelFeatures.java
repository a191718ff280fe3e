package io.ebpf4j.kernel;

import io.ebpf4j.AttachType;
import io.ebpf4j.MapType;
import io.ebpf4j.ProgramType;
import io.ebpf4j.SectionKind;
import io.ebpf4j.insn.Call;
import io.ebpf4j.internal.kernel.live.info.AttachProbe;
import io.ebpf4j.internal.kernel.live.info.HelperProbe;
import io.ebpf4j.internal.kernel.live.info.MapProbe;
import io.ebpf4j.internal.kernel.live.info.ProgramProbe;
import io.ebpf4j.internal.kernel.live.info.RunningKernel;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What the running kernel can do, found out by trying: a map is created, a program of two instructions is loaded, a hook is
 * asked for with a target that is none; whatever comes of it is given back at once. Version numbers would not do, for
 * distributions carry features back to old kernels and leave others out of new ones.
 *
 * {@snippet :
 * if (KernelFeatures.ofThisKernel().attach(AttachType.TCX_INGRESS) instanceof Support.Unsupported no) {
 *     log.info("no tcx here: {}", no.reason());
 * }
 * }
 *
 * <p>Asking takes the rights that using would take; without them the answer is {@link Support.Unknown}, which names them.
 * The other two answers are kept. The answers do not depend on which libbpf is installed, but every method throws
 * {@link io.ebpf4j.LibbpfException} where there is none, or no Linux.
 *
 * <p>Thread-safe.
 */
public final class KernelFeatures {
    private static final KernelFeatures THIS_KERNEL = new KernelFeatures();

    private final Map<Object, Support> answers = new ConcurrentHashMap<>();

    private record HelperOf(ProgramType type, int helper) {}

    /** Numbers of the helpers by name; made when a name is first asked for. */
    private static final class Names {
        static final Map<String, Integer> NUMBERS = IntStream.iterate(1, n -> name(n) != null, n -> n + 1).boxed()
                .collect(Collectors.toUnmodifiableMap(n -> Objects.requireNonNull(name(n)), n -> n));

        private Names() {}

        private static @Nullable String name(int number) {
            return new Call(Call.Kind.HELPER, 0, number).helper().orElse(null);
        }
    }

    /** Remembers nothing yet. */
    KernelFeatures() {}

    /** {@return what asks the running kernel, and remembers what it said} */
    public static KernelFeatures ofThisKernel() {
        return THIS_KERNEL;
    }

    /**
     * {@return whether maps of a kind can be created}
     *
     * @param type the kind; not {@link MapType#UNKNOWN}
     */
    public Support mapType(MapType type) {
        reject(type == MapType.UNKNOWN, type);
        return ask(type, () -> MapProbe.of(type));
    }

    /**
     * {@return whether functions of a kind can be loaded}
     *
     * @param type the kind; not {@link ProgramType#UNKNOWN}
     */
    public Support programType(ProgramType type) {
        reject(type == ProgramType.UNKNOWN, type);
        return ask(type, () -> ProgramProbe.of(type));
    }

    /**
     * {@return whether functions of a kind may call a helper} What they may call of {@link ProgramType#EXT} and
     * {@link ProgramType#STRUCT_OPS} depends on what they replace or implement, so that the answer is
     * {@link Support.Unknown}. A lockdown that forbids a helper, as {@code bpf_probe_write_user}, looks to a program as if
     * the kernel had none, and is told as that.
     *
     * @param type the kind; not {@link ProgramType#UNKNOWN}
     * @param helper its name, {@code bpf_ringbuf_output}; {@code bpf_} may be left out
     * @throws IllegalArgumentException when no helper up to Linux 6.18 has this name
     */
    public Support helper(ProgramType type, String helper) {
        String name = helper.startsWith("bpf_") ? helper : "bpf_" + helper;
        Integer number = Names.NUMBERS.get(name);
        if (number == null) {
            throw new IllegalArgumentException("no helper is called '" + helper + "'; they are listed in linux/bpf.h"
                    + " (kernel functions, kfuncs, are no helpers)");
        }
        return helper(type, number);
    }

    /**
     * {@return whether functions of a kind may call a helper, as {@link #helper(ProgramType, String)}}
     *
     * @param type the kind; not {@link ProgramType#UNKNOWN}
     * @param helper its number in {@code enum bpf_func_id}, from 1 on
     */
    public Support helper(ProgramType type, int helper) {
        reject(type == ProgramType.UNKNOWN, type);
        if (helper <= 0) {
            throw new IllegalArgumentException("helpers are numbered from 1 on, not " + helper);
        }
        return ask(new HelperOf(type, helper), () -> HelperProbe.of(type, helper));
    }

    /**
     * {@return whether functions can be hooked to a kind of place} That there is such a place, a network interface, a
     * cgroup or a function to trace, is not part of the question. {@link Support.Supported} says that it is done as this
     * library does it: by a {@code bpf_link} where some kernel has one for it, except for sockmaps.
     *
     * @param type the kind; not {@link AttachType#UNKNOWN}
     */
    public Support attach(AttachType type) {
        reject(type == AttachType.UNKNOWN, type);
        return ask(type, () -> AttachProbe.of(type));
    }

    /**
     * {@return whether functions can be hooked as a section says, sleepable if it says that} As {@link #attach(AttachType)},
     * for what is told apart by sections only: {@code kprobe}, {@code uprobe}, {@code usdt}, {@code uprobe.s}.
     *
     * @param kind the kind
     */
    public Support attach(SectionKind kind) {
        return ask(Objects.requireNonNull(kind), () -> AttachProbe.of(kind));
    }

    private Support ask(Object question, Supplier<Support> probe) {
        Support known = answers.get(question);
        if (known != null) {
            return known;
        }
        RunningKernel.require("features of the kernel");
        Support answer = probe.get();
        return switch (answer) {
            case Support.Supported _,Support.Unsupported _ -> {
                answers.put(question, answer);
                yield answer;
            }
            case Support.Unknown _ -> answer; // it may be another one with other rights
        };
    }

    private static void reject(boolean unknown, Enum<?> type) {
        if (unknown) {
            throw new IllegalArgumentException(type.getDeclaringClass().getSimpleName()
                    + ".UNKNOWN stands for whatever this library has no name for; it cannot be asked for");
        }
    }
}
