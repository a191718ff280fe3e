package io.ebpf4j.attach;

import io.ebpf4j.libbpf.NativeLibrary;

/** Which libbpf the tests run with. */
final class Libraries {
    private Libraries() {}

    static boolean since(int major, int minor) {
        String[] numbers = String.valueOf(NativeLibrary.version()).split("[^0-9]+", -1);
        int ours = Integer.parseInt(numbers[0]);
        return ours > major || (ours == major && Integer.parseInt(numbers[1]) >= minor);
    }
}
