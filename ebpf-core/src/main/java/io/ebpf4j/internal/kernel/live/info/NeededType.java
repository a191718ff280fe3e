package io.ebpf4j.internal.kernel.live.info;

import io.ebpf4j.KernelBtf;
import io.ebpf4j.KernelSupportException;
import io.ebpf4j.btf.BtfType;
import io.ebpf4j.btf.MalformedBtfException;
import io.ebpf4j.internal.diagnose.Requirement;
import io.ebpf4j.kernel.Support;
import java.io.UncheckedIOException;
import java.util.function.IntFunction;

/** A type of the kernel's, without which some programs cannot be loaded. */
final class NeededType {
    private NeededType() {}

    /**
     * {@return what is found out with a type's id; where there is no such type, that the kernel has not what it is for}
     *
     * @param kind of the type
     * @param name of the type
     * @param needs what brings it
     * @param probe takes its id
     */
    static Support with(Class<? extends BtfType> kind, String name, Requirement needs, IntFunction<Support> probe) {
        int id;
        try (KernelBtf kernel = KernelBtf.open()) {
            id = kernel.vmlinux().find(kind, name).map(BtfType::id).orElse(0);
        } catch (KernelSupportException e) {
            return new Support.Unsupported(String.valueOf(e.getMessage()));
        } catch (UncheckedIOException | MalformedBtfException e) {
            return new Support.Unknown("the types of the running kernel cannot be read: " + e.getMessage());
        }
        return id == 0 ? Answers.unsupported(needs) : probe.apply(id);
    }
}
