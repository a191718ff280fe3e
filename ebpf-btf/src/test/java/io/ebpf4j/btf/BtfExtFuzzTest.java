package io.ebpf4j.btf;

import io.ebpf4j.fuzz.FuzzContract;
import io.ebpf4j.fuzz.FuzzTarget;
import java.util.Map;
import java.util.TreeMap;

/** A damaged {@code .BTF.ext} is read as something, or refused by one exception. */
class BtfExtFuzzTest extends FuzzContract {
    BtfExtFuzzTest() {
        super(new BtfExtTarget());
    }

    @Override
    protected Map<String, byte[]> fixtures() {
        var sections = new TreeMap<String, byte[]>();
        BtfFuzzTest.objects().forEach((name, object) -> sections.put(name, BtfTarget.section(object, ".BTF.ext")));
        return sections;
    }

    /** The texts and types of an object are its own. */
    @Override
    protected FuzzTarget targetOf(String fixture) {
        return new BtfExtTarget(BtfFuzzTest.objects().get(fixture));
    }
}
