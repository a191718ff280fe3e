package io.ebpf4j;

import io.ebpf4j.replay.MapDump;
import io.ebpf4j.testing.Fixtures;

/** The contract, kept by recorded maps. */
class ProgramContractReplayTest extends ProgramContract {
    private static final String DUMP = """
            ebpf4j-dump 1
            # three renames, as ProgramContractLiveTest makes them
            ring seen
            record 7f0000010a010203
            record 7f0000010a010203
            record 7f0000010a010203
            map totals
            row 7f0000010a010203 0300000000000000
            """;

    @Override
    BpfProgram makeProgram() {
        return BpfProgram.replay(ProgramSpec.read(Fixtures.path("maps_counter")), MapDump.parse(DUMP, "three renames"));
    }
}
