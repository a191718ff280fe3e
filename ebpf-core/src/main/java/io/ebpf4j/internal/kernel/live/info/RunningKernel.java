package io.ebpf4j.internal.kernel.live.info;

import io.ebpf4j.LibbpfException;
import io.ebpf4j.libbpf.NativeLibrary;
import io.ebpf4j.libbpf.NativeUnavailableException;

/** The kernel that this process runs on. */
public final class RunningKernel {
    private static final String RELEASE = System.getProperty("os.version", "");

    private RunningKernel() {}

    /**
     * Makes sure that it can be asked.
     *
     * @param what is asked for, to begin the message with
     * @throws LibbpfException where there is no Linux or no libbpf
     */
    public static void require(String what) {
        try {
            NativeLibrary.require();
        } catch (NativeUnavailableException e) {
            throw new LibbpfException(what + ": " + e.getMessage(), e);
        }
    }

    /** {@return what {@code uname -r} says, as {@code 6.1.0-37-amd64}} */
    static String release() {
        return RELEASE;
    }
}
