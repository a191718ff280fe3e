package io.ebpf4j.internal.kernel;

import io.ebpf4j.attach.AttachTarget;
import io.ebpf4j.attach.IteratorScope;
import java.util.OptionalInt;

/** One function in a kernel. Its owner calls nothing when the program is closed. */
public interface LoadedFunction {
    /** {@return its file descriptor, which stays the program's; empty where nothing is loaded} */
    OptionalInt descriptor();

    /**
     * {@return it at the place that its section names}
     *
     * @throws io.ebpf4j.BpfException when the kernel refuses
     */
    Hook attach();

    /**
     * {@return it at some place}
     *
     * @param target any but a {@link io.ebpf4j.attach.Replacement}
     * @throws io.ebpf4j.BpfException when the kernel refuses
     */
    Hook attach(AttachTarget target);

    /**
     * {@return it in the place of a function of another program}
     *
     * @param other an entry point of the other program
     * @param name the function there
     * @throws io.ebpf4j.BpfException when the kernel refuses
     */
    Hook replace(LoadedFunction other, String name);

    /**
     * {@return it as an iterator}
     *
     * @param scope over what
     * @throws io.ebpf4j.BpfException when the kernel refuses
     */
    Cursor iterate(IteratorScope scope);
}
