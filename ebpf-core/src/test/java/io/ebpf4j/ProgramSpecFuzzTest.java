package io.ebpf4j;

import io.ebpf4j.fuzz.FuzzContract;
import io.ebpf4j.fuzz.ObjectFiles;
import java.util.Map;

/** A damaged object file is read as something, or refused by one exception. */
class ProgramSpecFuzzTest extends FuzzContract {
    ProgramSpecFuzzTest() {
        super(new ProgramSpecTarget());
    }

    /** What its parsers make of damage they are asked on their own; 20,000 take it over a minute. */
    @Override
    protected int corruptions() {
        return Integer.getInteger("ebpf4j.fuzz.corruptions", 5_000);
    }

    @Override
    protected Map<String, byte[]> fixtures() {
        return ObjectFiles.all();
    }
}
