package io.ebpf4j.btf;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebpf4j.btf.BtfExt.LineInfo;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SourceLinesTest {
    private static LineInfo line(String section, long offset, int number) {
        return new LineInfo(section, offset, "a.c", "line " + number, number, 1);
    }

    private static SourceLines lines(LineInfo... lines) {
        return new BtfExt(List.of(), List.of(lines), List.of()).sourceLines();
    }

    @Test
    void line_isThatOfTheLastRecordAtOrBefore() {
        var lines = lines(line("a", 16, 1), line("b", 0, 2), line("a", 8, 3), line("b", 40, 4));
        assertThat(lines.at("a", 0)).isEmpty();
        assertThat(lines.at("a", 8)).hasValue(line("a", 8, 3));
        assertThat(lines.at("a", 15)).hasValue(line("a", 8, 3));
        assertThat(lines.at("a", Long.MAX_VALUE)).hasValue(line("a", 16, 1));
        assertThat(lines.at("b", 39)).hasValue(line("b", 0, 2));
        assertThat(lines.at("b", -1)).isEmpty();
        assertThat(lines.at("c", 8)).isEmpty();
        assertThat(lines.in("a")).containsExactly(line("a", 8, 3), line("a", 16, 1));
        assertThat(lines.in("c")).isEmpty();
    }

    @Test
    void records_ofTheSamePlace_firstOfTheFileWins() {
        var lines = lines(line("a", 8, 1), line("a", 0, 2), line("a", 8, 3), line("a", 8, 4));
        assertThat(lines.at("a", 12)).hasValue(line("a", 8, 1));
        assertThat(lines.in("a")).extracting(LineInfo::line).containsExactly(2, 1, 3, 4);
    }

    @Test
    void lookup_ofAnyRecords_isTheSameAsTheSearchThroughAll() {
        long seed = System.nanoTime();
        System.out.println("SourceLinesTest seed " + seed);
        var random = new Random(seed);
        var records = new ArrayList<LineInfo>();
        for (int i = 0; i < 200; i++) {
            records.add(line("s" + random.nextInt(3), random.nextInt(100) * 8L, i));
        }
        Collections.shuffle(records, random);
        var ext = new BtfExt(List.of(), records, List.of());
        var lines = ext.sourceLines();
        for (int offset = -8; offset < 900; offset += 4) {
            for (String section : List.of("s0", "s1", "s2", "s3")) {
                assertThat(lines.at(section, offset)).as("%s %d, seed %d", section, offset, seed)
                        .isEqualTo(ext.line(section, offset));
            }
        }
    }
}
