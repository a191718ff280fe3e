package io.ebpf4j;

import io.ebpf4j.testing.Events;
import io.ebpf4j.testing.Fixtures;
import io.ebpf4j.testing.Live;

/** The contract, kept by the running kernel. */
@Live
class ProgramContractLiveTest extends ProgramContract {
    @Override
    BpfProgram makeProgram() {
        var program = BpfProgram.load(Fixtures.path("maps_counter"));
        for (int i = 0; i < 3; i++) {
            Events.rename();
        }
        return program;
    }
}
