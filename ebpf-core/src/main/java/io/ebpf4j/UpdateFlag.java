package io.ebpf4j;

/** What {@link HashMapView#update} may be told: the flags of {@code BPF_MAP_UPDATE_ELEM} in {@code linux/bpf.h}. */
public enum UpdateFlag {
    /** {@code BPF_NOEXIST}: write only a row that is not there yet. */
    NO_EXIST(1),
    /** {@code BPF_EXIST}: write only a row that is there. */
    EXIST(2),
    /** {@code BPF_F_LOCK}: take the {@code struct bpf_spin_lock} in the value meanwhile. Linux 5.1. */
    LOCK(4);

    private final long bit;

    UpdateFlag(long bit) {
        this.bit = bit;
    }

    static long bits(UpdateFlag... flags) {
        long bits = 0;
        for (UpdateFlag flag : flags) {
            bits |= flag.bit;
        }
        return bits;
    }
}
