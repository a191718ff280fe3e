package io.ebpf4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.decode.EnumValue;
import io.ebpf4j.replay.MapDump;
import io.ebpf4j.testing.Fixtures;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Variables, in a replay: all but that the kernel sees them. */
class BpfVariableTest {
    private final BpfProgram program = BpfProgram
            .replay(ProgramSpec.read(Fixtures.path("live", "options_globals")), new MapDump(Map.of()));

    enum Mode {
        MODE_OFF, MODE_ON, MODE_LOUD
    }

    record Limits(int low, int high) {}

    record Half(int low) {}

    @AfterEach
    void close() {
        program.close();
    }

    @Test
    void type_thatDoesNotFit_throwsOnAsking() {
        assertThatThrownBy(() -> program.variable("knob", int.class)).isInstanceOf(BindingException.class)
                .hasMessageContaining("variable 'knob'").hasMessageContaining("Integer").hasMessageContaining("__u64");
        assertThatThrownBy(() -> program.variable("data_limits", long.class)).isInstanceOf(BindingException.class);
        assertThatThrownBy(() -> program.variable("nob", long.class)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("(did you mean 'knob'?)");
    }

    @Test
    void constant_set_explains() {
        BpfVariable<Long> constant = program.variable("a_u32", long.class);
        String message = "options_globals: variable 'a_u32': is const, in section .rodata, which is frozen once the"
                + " program is loaded; give it its value before, by LoadOptions.global(\"a_u32\", ..)";
        assertThatThrownBy(() -> constant.set(1L)).isInstanceOf(UnsupportedOperationException.class)
                .hasMessage(message);
        assertThatThrownBy(() -> constant.setRelease(1)).hasMessage(message);
        assertThatThrownBy(() -> constant.getAndAdd(1)).hasMessage(message);
        assertThatThrownBy(() -> constant.compareAndSet(0, 1)).hasMessage(message);
        assertThat(constant.getAcquire()).isZero();
    }

    @Test
    void struct_byARecordOfSomeFields_isReadAndNotWritten() {
        BpfVariable<Half> half = program.variable("data_limits", Half.class);
        assertThat(half.get()).isEqualTo(new Half(3));
        assertThatThrownBy(() -> half.set(new Half(1))).isInstanceOf(UnsupportedOperationException.class)
                .hasMessage(
                        "options_globals: variable 'data_limits': cannot be set whole, for struct limits has a field"
                                + " 'high' that io.ebpf4j.BpfVariableTest$Half has no component for, so that its value would be"
                                + " lost; add that, or ask for a single part, with \".low\" behind the variable's name");
        BpfVariable<Limits> whole = program.variable("data_limits", Limits.class);
        whole.set(new Limits(65535, -1));
        assertThat(whole.get()).isEqualTo(new Limits(65535, -1));
    }

    @SuppressWarnings("ArrayRecordComponent") // as the C struct has it
    record Nested(int port, Half limits, int slow, int fast, long[] table, String tag) {}

    record Twice(int low, int Low) {}

    @Test
    void nestedStruct_byARecordOfSomeFields_isReadAndNotWritten() {
        BpfVariable<Nested> nested = program.variable("a_config", Nested.class);
        assertThat(nested.get()).usingRecursiveComparison()
                .isEqualTo(new Nested(80, new Half(1), 5, 17, new long[2], ""));
        BpfVariable<Nested> written = program.variable("seen.config", Nested.class);
        assertThatThrownBy(() -> written.set(nested.get())).isInstanceOf(UnsupportedOperationException.class)
                .hasMessage(
                        "options_globals: variable 'seen.config': cannot be set whole, for struct config has a field"
                                + " 'limits.high' that io.ebpf4j.BpfVariableTest$Nested has no component for, so that its value"
                                + " would be lost; add that, or ask for a single part, with \".port\" behind the variable's"
                                + " name");
        assertThat(written.get().port()).as("nothing is written").isZero();
    }

    /** As many components as fields, and still one field is without. */
    @Test
    void struct_ofWhichTwoComponentsTakeOneField_isNotWritten() {
        BpfVariable<Twice> twice = program.variable("data_limits", Twice.class);
        assertThat(twice.get()).isEqualTo(new Twice(3, 3));
        assertThatThrownBy(() -> twice.set(new Twice(1, 1))).isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("has a field 'high'");
    }

    @Test
    void value_thatDoesNotFit_throwsAndChangesNothing() {
        BpfVariable<Integer> tiny = program.variable("tiny", int.class);
        assertThatThrownBy(() -> tiny.set(256)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "options_globals: variable 'tiny' of C type __u8 cannot be 256: 256 does not fit an unsigned"
                                + " field of 8 bits");
        assertThat(tiny.get()).isZero();
        tiny.set(255);
        assertThat(tiny.get()).isEqualTo(255);
        assertThat(program.variable("tiny_neighbour", int.class).get()).isEqualTo(5);
    }

    @Test
    void struct_ofWhichALaterPartDoesNotFit_isNotWrittenAtAll() {
        BpfVariable<Wide> wide = program.variable("data_limits", Wide.class);
        assertThat(wide.get()).isEqualTo(new Wide(3, 4));
        assertThatThrownBy(() -> wide.set(new Wide(99, 1L << 40))).isInstanceOf(IllegalArgumentException.class);
        assertThat(wide.get()).isEqualTo(new Wide(3, 4));
    }

    record Wide(long low, long high) {}

    @Test
    void longs_ofOtherThanWords_areRefused() {
        assertThatThrownBy(() -> program.variable("tiny", int.class).getAndAdd(1))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage("options_globals: variable 'tiny': is of C type __u8; only integers of 32 and 64 bits are"
                        + " atomic");
        assertThatThrownBy(() -> program.variable("data_limits", Limits.class).getAcquire())
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void unsignedHalf_wrapsAroundAndIsNeverNegative() {
        BpfVariable<Integer> half = program.variable("half", int.class);
        assertThat(half.getAndAdd(-1)).isZero();
        assertThat(half.getAcquire()).isEqualTo(4294967295L);
        assertThat(half.get()).isEqualTo(-1); // an int has the same bits
        assertThat(half.compareAndSet(4294967295L, 7)).isTrue();
        assertThat(half.compareAndSet(4294967295L, 8)).isFalse();
        assertThat(half.getAcquire()).isEqualTo(7);
        assertThatThrownBy(() -> half.setRelease(-1)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("options_globals: variable 'half' of C type __u32 cannot be -1, which does not fit 32 bits"
                        + " without a sign");
        assertThat(program.variable("signed_half", int.class).get()).isZero();
    }

    @Test
    void signedHalf_keepsItsSign() {
        BpfVariable<Integer> half = program.variable("signed_half", int.class);
        half.setRelease(-5);
        assertThat(half.getAndAdd(2)).isEqualTo(-5);
        assertThat(half.getAcquire()).isEqualTo(-3);
        assertThatThrownBy(() -> half.setRelease(1L << 31)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void word_takesAllBits() {
        BpfVariable<Long> knob = program.variable("knob", long.class);
        knob.setRelease(Long.MIN_VALUE);
        assertThat(knob.getAndAdd(-1)).isEqualTo(Long.MIN_VALUE);
        assertThat(knob.getAcquire()).isEqualTo(Long.MAX_VALUE);
        assertThat(knob.compareAndSet(Long.MAX_VALUE, -1)).isTrue();
        assertThat(knob.get()).isEqualTo(-1);
    }

    @Test
    void number_thatTheJavaEnumLacks_throws() {
        program.variable("seen.mode", EnumValue.class).set(new EnumValue(Optional.empty(), 5));
        assertThat(program.variable("seen.mode", EnumValue.class).get()).hasToString("5");
        assertThatThrownBy(() -> program.variable("seen.mode", Mode.class).get()).isInstanceOf(BindingException.class)
                .hasMessageContaining("no constant of the Java enum");
    }

    @Test
    void bitfield_isReadAndNotWritten() {
        BpfVariable<Integer> fast = program.variable("seen.config.fast", int.class);
        assertThat(fast.get()).isZero();
        assertThatThrownBy(() -> fast.set(1)).isInstanceOf(UnsupportedOperationException.class)
                .hasMessageEndingWith("is a bitfield, which cannot be written without its neighbours; ask for the whole"
                        + " struct");
    }
}
