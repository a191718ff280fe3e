package io.ebpf4j.internal.symbols;

import static io.ebpf4j.internal.symbols.SmallLibrary.ADDRESS;
import static io.ebpf4j.internal.symbols.SmallLibrary.GLOBAL;
import static io.ebpf4j.internal.symbols.SmallLibrary.LOCAL;
import static io.ebpf4j.internal.symbols.SmallLibrary.OFFSET;
import static io.ebpf4j.internal.symbols.SmallLibrary.WEAK;
import static org.assertj.core.api.Assertions.assertThat;

import io.ebpf4j.libbpf.Errno;
import io.ebpf4j.testing.Calls;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileOffsetsTest {
    @TempDir
    private Path folder;

    private static SmallLibrary library() {
        return new SmallLibrary(ByteOrder.LITTLE_ENDIAN);
    }

    private Located find(SmallLibrary library, String... functions) throws IOException {
        return FileOffsets.find(library.write(folder.resolve("small.so")), List.of(functions));
    }

    private static Located at(long... offsets) {
        return new Located.At(Arrays.stream(offsets).boxed().toList());
    }

    private void assertNowhere(Located located, int errno, String why) {
        assertThat(located).isEqualTo(new Located.Nowhere(errno, why.replace("FILE", folder.resolve("small.so")
                .toString())));
    }

    @Test
    void names_ofStrippedLibrary_areOffsetsInTheirOrder() throws IOException {
        for (ByteOrder order : new ByteOrder[]{ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
            SmallLibrary library = new SmallLibrary(order).exports("first", ADDRESS).exports("second", ADDRESS + 0x10)
                    .exports("last", ADDRESS + 0x3f);
            assertThat(find(library, "last", "first", "second", "first"))
                    .isEqualTo(at(OFFSET + 0x3f, OFFSET, OFFSET + 0x10, OFFSET));
        }
    }

    @Test
    void names_ofBothTables_areFound() throws IOException {
        SmallLibrary library = library().exports("open_it", ADDRESS + 1).has("open_it", GLOBAL, ADDRESS + 1)
                .has("helper", LOCAL, ADDRESS + 2);
        assertThat(find(library, "helper", "open_it")).isEqualTo(at(OFFSET + 2, OFFSET + 1));
    }

    @Test
    void name_thatIsLong_isFound() throws IOException {
        String name = "_ZN" + "9namespace".repeat(500);
        assertThat(find(library().exports(name, ADDRESS + 4), name)).isEqualTo(at(OFFSET + 4));
    }

    @Test
    void versions_theDefaultOneHasTheName() throws IOException {
        assertThat(find(library().keeps("f", ADDRESS + 1).exports("f", ADDRESS + 2).keeps("f", ADDRESS + 3), "f"))
                .isEqualTo(at(OFFSET + 2));
        assertThat(find(library().has("f@V1", GLOBAL, ADDRESS + 1).has("f@@V2", GLOBAL, ADDRESS + 2), "f"))
                .isEqualTo(at(OFFSET + 2));
        assertThat(find(library().keeps("f", ADDRESS + 1), "f")).as("the only one").isEqualTo(at(OFFSET + 1));
    }

    @Test
    void duplicates_globalBeforeWeakBeforeLocal() throws IOException {
        assertThat(
                find(library().has("f", LOCAL, ADDRESS + 1).has("f", WEAK, ADDRESS + 2).has("f", GLOBAL, ADDRESS + 3),
                        "f"))
                .isEqualTo(at(OFFSET + 3));
        assertThat(find(library().has("f", LOCAL, ADDRESS + 1).has("f", WEAK, ADDRESS + 2), "f"))
                .isEqualTo(at(OFFSET + 2));
        assertThat(find(library().has("f", LOCAL, ADDRESS + 1).has("f", LOCAL, ADDRESS + 1), "f"))
                .isEqualTo(at(OFFSET + 1));
    }

    @Test
    void duplicates_whatIsExportedHasTheName() throws IOException {
        assertThat(find(library().has("f", GLOBAL, ADDRESS + 1).exports("f", ADDRESS + 2), "f"))
                .isEqualTo(at(OFFSET + 2));
        assertThat(find(library().keeps("f", ADDRESS + 2).has("f", GLOBAL, ADDRESS + 1), "f"))
                .as("not what old programs have").isEqualTo(at(OFFSET + 1));
    }

    @Test
    void duplicates_thatNothingTellsApart_areRefused() throws IOException {
        assertNowhere(find(library().has("init", LOCAL, ADDRESS + 1).has("init", LOCAL, ADDRESS + 2), "init"),
                Errno.EINVAL, "FILE has several functions 'init', as at 0x41 and 0x42; hook the one that is meant by"
                        + " Uprobe.at");
    }

    @Test
    void names_thatAreMissing_areToldWithTheNearest() throws IOException {
        SmallLibrary library = library().exports("open_it", ADDRESS);
        assertNowhere(find(library, "open_it", "opne_it"), Errno.ENOENT,
                "FILE has no function 'opne_it' (did you mean 'open_it'?); `nm -D FILE` shows those that it has");
        assertNowhere(find(library, "opne_it", "a", "b", "a"), Errno.ENOENT,
                "FILE has no function 'opne_it' (did you mean 'open_it'?); `nm -D FILE` shows those that it has; nor has it"
                        + " [a, b]");
        assertNowhere(find(library, "opne_it", "a", "b", "c", "d", "e", "f", "g"), Errno.ENOENT,
                "FILE has no function 'opne_it' (did you mean 'open_it'?); `nm -D FILE` shows those that it has; nor has it"
                        + " [a, b, c, d, e] and 2 more");
        assertNowhere(find(library(), "f"), Errno.ENOENT,
                "FILE has no function 'f'; it has no table of symbols that can be read, so give an offset in place of the"
                        + " name");
    }

    @Test
    void name_whoseBodyIsChosenAtStart_isNone() throws IOException {
        assertNowhere(
                find(library().exports("strlen", SmallLibrary.CHOSEN, GLOBAL, SmallLibrary.TEXT, ADDRESS), "strlen"),
                Errno.ENOENT, "FILE has several 'strlen' and chooses one when a process starts, so that the name is"
                        + " none's; hook one of them by its own name, or give an offset");
    }

    @Test
    void place_outsideOfItsSection_isRefused() throws IOException {
        for (long address : new long[]{ADDRESS - 1, ADDRESS + 0x40, 0, -1, Long.MIN_VALUE, Long.MAX_VALUE}) {
            assertNowhere(find(library().exports("f", address), "f"), Errno.EINVAL,
                    "FILE says that 'f' lies at 0x" + Long.toHexString(address)
                            + " of section 1, which has 0x40"
                            + " bytes from 0x401000 on; the file is damaged, give an offset by Uprobe.at");
        }
    }

    @Test
    void place_inWhatHoldsNoInstructions_isRefused() throws IOException {
        assertNowhere(find(library().exports("f", SmallLibrary.FUNCTION, GLOBAL, SmallLibrary.DATA, ADDRESS), "f"),
                Errno.EINVAL,
                "FILE says that 'f' lies at 0x401000 of section 2, which has no instructions in this"
                        + " file; name the file that runs, not one with what debuggers need");
        String none = "FILE says that 'f' lies at 0x401000 of section 1, which has no instructions in this file;"
                + " name the file that runs, not one with what debuggers need";
        assertNowhere(find(library().text(8, 6, 1L << 40).exports("f", ADDRESS), "f"), Errno.EINVAL, none); // SHT_NOBITS
        assertNowhere(find(library().text(0, 6, 1L << 40).exports("f", ADDRESS), "f"), Errno.EINVAL, none); // SHT_NULL
        assertNowhere(find(library().text(1, 2, 0x40).exports("f", ADDRESS), "f"), Errno.EINVAL, none);
    }

    @Test
    void place_inSectionThatLacks_isRefused() throws IOException {
        for (int section : new int[]{9, 0xfff1, 0xffff}) {
            assertNowhere(find(library().exports("f", SmallLibrary.FUNCTION, GLOBAL, section, ADDRESS), "f"),
                    Errno.EINVAL, "FILE says that 'f' lies at 0x401000 of section " + section
                            + ", but it has 9 sections; give an offset by Uprobe.at");
        }
    }

    @Test
    void file_thatIsNoLibrary_isSaidToBeNone() throws IOException {
        Path text = Files.writeString(folder.resolve("small.so"), "labs");
        assertThat(FileOffsets.find(text, List.of("labs"))).isInstanceOfSatisfying(Located.Nowhere.class, nowhere -> {
            assertThat(nowhere.errno()).isEqualTo(Errno.EINVAL);
            assertThat(nowhere.why()).startsWith("no functions can be looked up in " + text
                    + ", which is no 64-bit ELF file, or a damaged one; give offsets by Uprobe.at: small.so");
        });
        Path none = folder.resolve("none.so");
        assertThat(FileOffsets.find(none, List.of("f")))
                .isEqualTo(new Located.Nowhere(Errno.ENOENT, "there is no file " + none));
        assertThat(FileOffsets.find(folder, List.of("f")))
                .isEqualTo(new Located.Nowhere(Errno.ENOENT, folder + " is no file that code could be in"));
    }

    /** Whatever the bytes, an offset lies in the file, and there is an answer. */
    @Test
    void file_thatIsDamaged_givesNoOffsetBeyondIt() throws IOException {
        long seed = System.nanoTime();
        var random = new Random(seed);
        byte[] whole = library().exports("first", ADDRESS).keeps("first", ADDRESS + 1)
                .exports("second", ADDRESS + 0x10).has("first", LOCAL, ADDRESS + 2).bytes();
        Path file = folder.resolve("small.so");
        int found = 0;
        for (int i = 0; i < 2000; i++) {
            byte[] damaged = Arrays.copyOf(whole, random.nextInt(8) == 0 ? random.nextInt(whole.length) : whole.length);
            for (int hit = random.nextInt(4); hit >= 0 && damaged.length > 0; hit--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            Files.write(file, damaged);
            if (FileOffsets.find(file, List.of("first", "second")) instanceof Located.At(var offsets)) {
                found++;
                assertThat(offsets).as("seed %d, round %d", seed, i).hasSize(2)
                        .allMatch(offset -> offset >= 0 && offset < damaged.length);
            }
        }
        assertThat(found).as("seed %d", seed).isPositive();
    }

    @Test
    void cLibrary_hasItsFunctionsWhereTheyRun() {
        assertThat(FileOffsets.find(Calls.library(), List.of("labs"))).isEqualTo(at(Calls.offsetOfLabs()));
    }
}
