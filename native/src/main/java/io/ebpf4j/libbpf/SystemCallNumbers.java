package io.ebpf4j.libbpf;

import org.jspecify.annotations.Nullable;

/** The numbers of the system calls that the C library has no function for, or one that costs more; they differ between architectures. */
enum SystemCallNumbers {
    X86_64(257, 3, 9, 11, 298),
    /** Of every architecture that Linux took in since 2012: aarch64, riscv64, loongarch64. */
    GENERIC(56, 57, 222, 215, 241);

    final long openat;
    final long close;
    final long mmap;
    final long munmap;
    final long perfEventOpen;

    SystemCallNumbers(long openat, long close, long mmap, long munmap, long perfEventOpen) {
        this.openat = openat;
        this.close = close;
        this.mmap = mmap;
        this.munmap = munmap;
        this.perfEventOpen = perfEventOpen;
    }

    static @Nullable SystemCallNumbers ofThisMachine() {
        return switch (System.getProperty("os.arch", "")) {
            case "amd64" -> X86_64;
            case "aarch64", "riscv64", "loongarch64" -> GENERIC;
            default -> null;
        };
    }
}
