package io.ebpf4j;

import io.ebpf4j.fuzz.FuzzContract;
import io.ebpf4j.fuzz.ObjectFiles;
import java.util.Map;

/** A damaged object file is read as something, or refused by one exception. */
class ProgramSpecFuzzTest extends FuzzContract {
    ProgramSpecFuzzTest() {
        super(new ProgramSpecTarget());
    }

    @Override
    protected Map<String, byte[]> fixtures() {
        return ObjectFiles.all();
    }
}
