package io.ebpf4j.internal.kernel.live.walk;

/**
 * How a row lies in mapped memory: the key, and the value of each CPU, each on a multiple of 8 bytes.
 *
 * @param keySize bytes of a key
 * @param valueSize bytes of one value
 * @param cpus how many values a row has; 0 for a map that is not of a per-CPU kind, which has one
 */
record WalkLayout(int keySize, int valueSize, int cpus) {
    /** {@return where the first value begins} */
    int valueOffset() {
        return aligned(keySize);
    }

    /** {@return how many bytes are from the value of one CPU to that of the next} */
    int valueStride() {
        return aligned(valueSize);
    }

    /** {@return how many bytes are from one row to the next} */
    long stride() {
        return valueOffset() + (long) valueStride() * Math.max(1, cpus);
    }

    private static int aligned(int size) {
        return Math.ceilDiv(size, Long.BYTES) * Long.BYTES;
    }
}
