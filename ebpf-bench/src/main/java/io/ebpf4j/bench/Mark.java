package io.ebpf4j.bench;

/**
 * What every record begins with: {@code struct mark} of {@code bpf/ring.bpf.c}.
 *
 * @param seq counts from the first record of a call on
 * @param value its lower 16 bits
 * @param kind 0
 */
record Mark(long seq, int value, int kind) {
    /** Of {@code value}, in bytes. */
    static final long VALUE = 8;
    /** In records of {@code stamp48} only: the time it was written at. */
    static final long AT = 16;
}
