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

    /** {@return {@code LINUX_VERSION_CODE}, which kernels before 5.0 want to see in kprobes; 0 if the release is no number} */
    static int versionCode() {
        String[] parts = RELEASE.split("[^0-9]+", 4);
        try {
            return parts.length < 3
                    ? 0
                    : (Integer.parseInt(parts[0]) << 16) + (Integer.parseInt(parts[1]) << 8)
                            + Math.min(255, Integer.parseInt(parts[2]));
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
