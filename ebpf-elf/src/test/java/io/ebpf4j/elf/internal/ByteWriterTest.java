package io.ebpf4j.elf.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.elf.MalformedElfException;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class ByteWriterTest {
    @Test
    void numbers_inEitherOrder_areReadBack() {
        for (ByteOrder order : new ByteOrder[]{ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
            var writer = new ByteWriter(order);
            writer.u8(0x1ff);
            writer.u16(0x2fffe);
            writer.u32(0x3_fffffffdL);
            writer.u64(-4);
            var reader = new ByteReader(writer.view(), order, "x", MalformedElfException::new);
            assertThat(reader.size()).isEqualTo(15);
            assertThat(reader.u8(0)).isEqualTo(0xff);
            assertThat(reader.u16(1)).isEqualTo(0xfffe);
            assertThat(reader.u32(3)).isEqualTo(0xfffffffdL);
            assertThat(reader.u64(7)).isEqualTo(-4);
        }
        var big = new ByteWriter(ByteOrder.BIG_ENDIAN);
        big.u32(0x01020304);
        assertThat(big.toByteArray()).containsExactly(1, 2, 3, 4);
    }

    @Test
    void array_growing_keepsWhatWasWritten() {
        var writer = new ByteWriter(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 1000; i++) {
            writer.u16(i);
        }
        writer.setU16(1998, 7);
        writer.setU8(0, 9);
        byte[] bytes = writer.toByteArray();
        assertThat(bytes).hasSize(2000).startsWith(9, 0, 1, 0).endsWith(0xe6, 3, 7, 0);
        assertThat(writer.getU8(1996)).isEqualTo(0xe6);
    }

    @Test
    void align_fillsWithZeros() {
        var writer = new ByteWriter(ByteOrder.LITTLE_ENDIAN);
        writer.align(8);
        assertThat(writer.size()).isZero();
        writer.u8(1);
        writer.align(4);
        writer.align(4);
        writer.bytes(new byte[]{2});
        assertThat(writer.toByteArray()).containsExactly(1, 0, 0, 0, 2);
    }

    @Test
    void set_whereNothingWasWritten_throws() {
        var writer = new ByteWriter(ByteOrder.LITTLE_ENDIAN);
        writer.u64(0);
        assertThatThrownBy(() -> writer.setU16(7, 1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> writer.setU64(1, 1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> writer.setU32(-1, 1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> writer.getU8(8)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
