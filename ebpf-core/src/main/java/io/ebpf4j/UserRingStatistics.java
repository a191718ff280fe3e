package io.ebpf4j;

/**
 * What became of the records that a {@link UserRingWriter} has written.
 *
 * @param submitted handed to the kernel, which may not have read them yet
 * @param discarded reserved and given up: by the application, because the writer was closed, or left so by the one before it,
 * which was killed
 * @param refused for which there was no room, each counted once however long it waited
 * @param reserved now: neither submitted nor discarded. The oldest of them holds all that is behind it
 * @param backlogBytes that the kernel has not read yet, headers of 8 bytes and padding included; of a closed writer, when it
 * was closed
 */
public record UserRingStatistics(long submitted, long discarded, long refused, int reserved, long backlogBytes) {}
