package io.ebpf4j.internal.symbols;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebpf4j.testing.Fixtures;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSymbolsTest {
    private static final int HEADER = 64;
    private static final int ENTRY = 24;
    private static final int UNDEFINED = 0;
    private static final int FUNCTION = 2;
    private static final int OBJECT = 1;

    private static final int CHOSEN = 10;

    @TempDir
    private Path folder;

    private int third = OBJECT;

    /**
     * A library with three sections: none, {@code .dynsym} and its texts.
     *
     * @param link the section that {@code .dynsym} says to have its texts in
     * @param lastName where in the texts the name of its last symbol begins
     */
    private Path library(ByteOrder order, int link, int lastName) throws IOException {
        byte[] texts = "\0open_it\0close_it\0a_table\0elsewhere\0unended".getBytes(StandardCharsets.US_ASCII);
        int symbols = HEADER;
        int names = symbols + 5 * ENTRY;
        int sections = (names + texts.length + 7) & ~7;
        var file = ByteBuffer.allocate(sections + 3 * HEADER).order(order);
        file.put(new byte[]{0x7f, 'E', 'L', 'F', 2, (byte) (order == ByteOrder.BIG_ENDIAN ? 2 : 1), 1});
        file.putShort(16, (short) 3).putShort(18, (short) 62).putInt(20, 1).putLong(40, sections)
                .putShort(52, (short) HEADER).putShort(58, (short) HEADER).putShort(60, (short) 3);
        symbol(file, symbols, 1, FUNCTION, 1);
        symbol(file, symbols + ENTRY, 9, FUNCTION, 1);
        symbol(file, symbols + 2 * ENTRY, 18, third, 1);
        symbol(file, symbols + 3 * ENTRY, 26, FUNCTION, UNDEFINED);
        symbol(file, symbols + 4 * ENTRY, lastName, FUNCTION, 1);
        file.put(names, texts);
        section(file, sections + HEADER, 11, symbols, 5 * ENTRY, link, ENTRY);
        section(file, sections + 2 * HEADER, 3, names, texts.length, 0, 0);
        return Files.write(folder.resolve("library.so"), file.array());
    }

    private static void symbol(ByteBuffer file, int at, int name, int type, int section) {
        file.putInt(at, name).put(at + 4, (byte) (1 << 4 | type)).putShort(at + 6, (short) section);
    }

    private static void section(ByteBuffer file, int at, int type, int offset, int size, int link, int entry) {
        file.putInt(at + 4, type).putLong(at + 24, offset).putLong(at + 32, size).putInt(at + 40, link)
                .putLong(at + 56, entry);
    }

    @Test
    void library_thatIsStripped_hasTheFunctionsThatItExports() throws IOException {
        for (ByteOrder order : new ByteOrder[]{ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
            assertThat(FileSymbols.of(library(order, 2, 1).toString())).containsExactly("close_it", "open_it");
        }
    }

    @Test
    void library_thatIsDamaged_hasWhatCanBeRead() throws IOException {
        assertThat(FileSymbols.of(library(ByteOrder.LITTLE_ENDIAN, 2, 1 << 30).toString()))
                .containsExactly("close_it", "open_it");
        assertThat(FileSymbols.of(library(ByteOrder.LITTLE_ENDIAN, 2, -1).toString()))
                .containsExactly("close_it", "open_it");
        assertThat(FileSymbols.of(library(ByteOrder.LITTLE_ENDIAN, 2, 36).toString())).as("a name without an end")
                .containsExactly("close_it", "open_it");
        assertThat(FileSymbols.of(library(ByteOrder.LITTLE_ENDIAN, 77, 1).toString())).isEmpty();
        assertThat(FileSymbols.of(library(ByteOrder.LITTLE_ENDIAN, -1, 1).toString())).isEmpty();
    }

    @Test
    void file_thatIsNoLibrary_hasNone() throws IOException {
        assertThat(FileSymbols.of(Files.writeString(folder.resolve("text"), "labs").toString())).isEmpty();
        assertThat(FileSymbols.of(folder.toString())).isEmpty();
        assertThat(FileSymbols.of("/no/such/library.so")).isEmpty();
        assertThat(FileSymbols.of("\0")).isEmpty();
    }

    @Test
    void symbol_thatLacks_isToldWithItsFileAndTheNearestName() throws IOException {
        Path library = library(ByteOrder.LITTLE_ENDIAN, 2, 1);
        assertThat(FileSymbols.missing(library.toString(), "opne_it"))
                .isEqualTo(library + " has no function 'opne_it' (did you mean 'open_it'?); `nm -D " + library
                        + "` shows those that it has");
        Path text = Files.writeString(folder.resolve("text"), "labs");
        assertThat(FileSymbols.missing(text.toString(), "f")).isEqualTo(text
                + " has no function 'f'; it has no table of symbols that can be read, so give an offset in place of the"
                + " name");
    }

    /** As {@code strlen} is in the C library. */
    @Test
    void symbol_whoseBodyIsChosenAtStart_isSaidToBeNone() throws IOException {
        third = CHOSEN;
        Path library = library(ByteOrder.LITTLE_ENDIAN, 2, 1);
        assertThat(FileSymbols.missing(library.toString(), "a_table")).isEqualTo(library
                + " has several 'a_table' and chooses one when a process starts, so that the name is none's; hook one of them"
                + " by its own name, or give an offset");
        assertThat(FileSymbols.of(library.toString())).containsExactly("close_it", "open_it");
    }

    @Test
    void object_hasTheFunctionsOfItsSymbolTable() {
        assertThat(FileSymbols.of(Fixtures.path("live", "attach_raw").toString())).containsExactly("on_raw",
                "on_raw_cookie");
    }
}
