package io.ebpf4j.internal.insn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.ebpf4j.btf.Btf;
import io.ebpf4j.btf.BtfEditor;
import io.ebpf4j.btf.BtfType;
import io.ebpf4j.btf.BtfType.Linkage;
import io.ebpf4j.btf.BtfType.Member;
import io.ebpf4j.btf.BtfType.Param;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Declarations that are too wide or too deep for a line. */
class PrototypeTest {
    private static final int INT = 1;
    private static final int PROTO = 2;
    private static final int FUNC = 3;
    private static final int STRUCT = 4;
    private static final int POINTER = 5;

    /** {@code int f(params)}, and types 4 and 5: a struct of 600 members and a pointer to it. */
    private static Btf function(List<Param> params) {
        var editor = BtfEditor.create(ByteOrder.LITTLE_ENDIAN, "made");
        editor.append(new BtfType.Int(0, "int", 4, BtfType.Int.SIGNED, 32, 0));
        editor.append(new BtfType.FuncProto(0, INT, params));
        editor.append(new BtfType.Func(0, "f", PROTO, Linkage.GLOBAL));
        editor.append(new BtfType.Struct(0, "wide", 4, Collections.nCopies(600, new Member("m", INT, 0, 0))));
        editor.append(new BtfType.Ptr(0, STRUCT));
        return editor.toBtf();
    }

    @Test
    void parameter_ofAStructWithManyMembers_isShownByItsName() {
        assertThat(Prototype.of(function(List.of(new Param("p", POINTER), new Param("n", INT))), FUNC))
                .contains("int f(struct wide * p, int n)");
    }

    @Test
    void parameters_moreThanALineHolds_areNotShown() {
        assertThat(Prototype.of(function(Collections.nCopies(511, new Param("", INT))), FUNC)).isEmpty();
        assertThat(Prototype.of(function(Collections.nCopies(512, new Param("", INT))), FUNC)).isEmpty();
        assertThat(Prototype.of(function(Collections.nCopies(100, new Param("", INT))), FUNC)).isPresent();
    }

    /** Three thousand functions that share it took minutes. */
    @Test
    void function_thatTakesItself_isReadOnce() {
        for (int params : new int[]{500, 40_000}) {
            var btf = function(Collections.nCopies(params, new Param("", PROTO)));
            assertThatCode(() -> {
                for (int i = 0; i < 3_000; i++) {
                    assertThat(Prototype.of(btf, FUNC)).isEmpty();
                }
            }).as("%d parameters", params).doesNotThrowAnyException();
        }
    }
}
