package io.ebpf4j.btf;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebpf4j.fuzz.FuzzContract;
import io.ebpf4j.fuzz.ObjectFiles;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Damaged BTF is read as something, or refused by one exception: nothing else is thrown, and nothing hangs. */
class BtfFuzzTest extends FuzzContract {
    BtfFuzzTest() {
        super(new BtfTarget());
    }

    /** {@return all objects with BTF, by their names} */
    static Map<String, byte[]> objects() {
        Map<String, byte[]> objects = ObjectFiles.all();
        objects.keySet().removeIf(name -> name.contains("no_btf"));
        Kinds.ALL.forEach(object -> objects.put("kinds/" + object, Kinds.read(object + ".bpf.o")));
        return objects;
    }

    @Override
    protected Map<String, byte[]> fixtures() {
        var sections = new TreeMap<String, byte[]>();
        objects().forEach((name, object) -> sections.put(name, BtfTarget.section(object, ".BTF")));
        return sections;
    }

    /** Else a parser that refused everything would be harmless, too. */
    @Test
    void walk_ofAWholeObject_isAnswered() {
        for (String object : Kinds.ALL) {
            var questions = BtfTarget.ask(Kinds.btf(object), 10_000);
            assertThat(questions.answered()).as(object).isGreaterThan(500);
            assertThat(questions.refused()).as(object).isBetween(1, 20);
        }
    }
}
