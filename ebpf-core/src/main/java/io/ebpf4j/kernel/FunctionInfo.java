package io.ebpf4j.kernel;

import io.ebpf4j.ProgramType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * What the kernel tells of a loaded function: {@code struct bpf_prog_info} of {@code linux/bpf.h}. To a process without
 * CAP_BPF or CAP_SYS_ADMIN it tells sizes as 0 and no maps.
 *
 * @param id by which the whole system knows it, as {@code bpftool prog show id ..}
 * @param name the C function's. The kernel keeps 15 characters; all of it, if it was loaded with types and this process may
 * read them
 * @param type its kind
 * @param typeId the kernel's number of that
 * @param tag 16 hex digits, a hash over its instructions: the same code has the same tag
 * @param loadedAt when it was loaded; derived from the time since boot, so that setting the clock moves it
 * @param uid the user who loaded it
 * @param gplCompatible whether its licence lets it call helpers for the GPL's code only; told since Linux 4.18
 * @param instructionBytes the size of its instructions as the kernel has rewritten them, 8 bytes each
 * @param machineCodeBytes the size of what they were compiled to; 0 if they are interpreted
 * @param mapIds the maps it uses, by id
 * @param btfId its types, by id, as {@code bpftool btf dump id ..}; empty if it was loaded without
 * @param verifiedInstructions how many instructions the verifier looked at; empty before Linux 5.16
 * @param runCount how often it has run while the kernel counted, see {@link RunStatistics}; 0 before Linux 5.1
 * @param runTime how long in sum, likewise
 * @param missedRuns how often it did not run, for it would have interrupted itself; 0 before Linux 5.12
 */
public record FunctionInfo(int id, String name, ProgramType type, int typeId, String tag, Instant loadedAt, int uid,
        boolean gplCompatible, int instructionBytes, int machineCodeBytes, List<Integer> mapIds, OptionalInt btfId,
        OptionalInt verifiedInstructions, long runCount, Duration runTime, long missedRuns) {
    /** Copies the list. */
    public FunctionInfo {
        Objects.requireNonNull(name);
        mapIds = List.copyOf(mapIds);
    }
}
