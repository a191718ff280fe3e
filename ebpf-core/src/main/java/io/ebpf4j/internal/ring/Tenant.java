package io.ebpf4j.internal.ring;

/** Who is reading a ring, and keeps others from it. */
interface Tenant {
    /** One thread, for the time of one call. */
    Tenant CALL = () -> "is being read by another thread, or by the handler that asks";

    /** Who does not read but publishes what others have read, for a moment that others wait for. */
    Tenant SETTLING = () -> "is about to be free";

    /** {@return what the ring is doing, for who wants to read it too} */
    String what();

    /** Is told to look at the ring, or that the reader is closed, so as to leave. Must not wait for anything. */
    default void wake() {}

    /** Is told that the reader is closed, once those inside have left. */
    default void closed() {}
}
