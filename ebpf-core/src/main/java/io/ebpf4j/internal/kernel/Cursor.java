package io.ebpf4j.internal.kernel;

import java.io.InputStream;

/** An iterator at its place. Its owner closes it once, and calls nothing after that. */
public interface Cursor extends AutoCloseable {
    /**
     * {@return what the function writes, from the begin; each stream walks anew}
     *
     * @throws io.ebpf4j.BpfException when the kernel refuses
     */
    InputStream open();

    @Override
    void close();
}
