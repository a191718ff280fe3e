package io.ebpf4j.internal.kernel.live;

import io.ebpf4j.KernelBtf;
import io.ebpf4j.KernelSupportException;
import io.ebpf4j.btf.Btf;
import io.ebpf4j.btf.BtfType;
import io.ebpf4j.btf.BtfType.Composite;
import io.ebpf4j.btf.BtfType.Member;
import io.ebpf4j.btf.MalformedBtfException;
import io.ebpf4j.internal.diagnose.KernelTypes;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looked up when something has failed, and let go of again. */
final class RunningKernelTypes implements KernelTypes {
    /** Deeper than any kernel nests anonymous structs. */
    private static final int DEEPEST = 16;

    @Override
    public Optional<List<String>> members(String type) {
        try (KernelBtf kernel = KernelBtf.open()) {
            Btf btf = kernel.vmlinux();
            List<String> names = new ArrayList<>();
            Optional<? extends BtfType> found = btf.find(BtfType.Struct.class, type);
            if (found.isEmpty()) {
                found = btf.find(BtfType.Union.class, type);
            }
            if (found.isEmpty()) {
                found = btf.find(BtfType.Enum.class, type);
            }
            found.ifPresent(composite -> collect(btf, composite, names, DEEPEST));
            return found.map(_ -> names);
        } catch (KernelSupportException | UncheckedIOException | MalformedBtfException e) {
            return Optional.of(List.of()); // then no name is near, and the failure is told without
        }
    }

    private static void collect(Btf btf, BtfType type, List<String> names, int depth) {
        if (type instanceof BtfType.Enumeration enumeration) {
            enumeration.constants().forEach(constant -> names.add(constant.name()));
        }
        if (type instanceof Composite composite && depth > 0) {
            for (Member member : composite.members()) {
                if (member.name().isEmpty()) {
                    collect(btf, btf.resolve(member.type()), names, depth - 1);
                } else {
                    names.add(member.name());
                }
            }
        }
    }
}
