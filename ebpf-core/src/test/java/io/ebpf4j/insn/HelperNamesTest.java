package io.ebpf4j.insn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class HelperNamesTest {
    private static final Path HEADER = Path.of("/usr/include/linux/bpf.h");

    @Test
    void names_ofKnownNumbers_areThoseOfTheKernel() {
        assertThat(HelperNames.of(1)).hasValue("bpf_map_lookup_elem");
        assertThat(HelperNames.of(112)).hasValue("bpf_probe_read_user");
        assertThat(HelperNames.of(131)).hasValue("bpf_ringbuf_reserve");
        assertThat(HelperNames.of(165)).hasValue("bpf_snprintf");
        assertThat(HelperNames.of(211)).hasValue("bpf_cgrp_storage_delete");
        assertThat(HelperNames.of(212)).isEmpty();
        assertThat(HelperNames.of(-1)).isEmpty();
    }

    /** The list counts from 0, or says each number since Linux 6.0. */
    @Test
    void names_inTheInstalledHeader_areAllKnown() throws IOException {
        assumeTrue(Files.exists(HEADER), "no " + HEADER + " to compare with");
        String text = Files.readString(HEADER);
        var list = Pattern.compile("#define _*BPF_FUNC_MAPPER\\(FN.*?[^\\\\]\n", Pattern.DOTALL).matcher(text);
        assertThat(list.find()).isTrue();
        var names = new ArrayList<String>();
        var name = Pattern.compile("\\bFN\\((\\w+)(?:, *(\\d+))?").matcher(list.group());
        while (name.find()) {
            if (name.group(2) != null) {
                assertThat(Integer.parseInt(name.group(2))).isEqualTo(names.size());
            }
            names.add(name.group(1));
        }
        assertThat(names).hasSizeGreaterThan(100);
        for (int number = 0; number < Math.min(names.size(), 212); number++) {
            assertThat(HelperNames.of(number)).hasValue("bpf_" + names.get(number));
        }
    }
}
