package io.ebpf4j.attach;

/** Which packets of an interface. */
public enum Direction {
    /** Those that come in. */
    INGRESS,
    /** Those that go out. */
    EGRESS
}
