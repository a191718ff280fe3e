package io.ebpf4j.internal.spec;

import static io.ebpf4j.Types.at;
import static io.ebpf4j.Types.bits;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.ObjectFileException;
import io.ebpf4j.Types;
import io.ebpf4j.btf.Btf;
import io.ebpf4j.btf.BtfEditor;
import io.ebpf4j.btf.BtfType;
import io.ebpf4j.btf.BtfType.Linkage;
import io.ebpf4j.btf.BtfType.Member;
import io.ebpf4j.btf.BtfType.VarInfo;
import io.ebpf4j.elf.ElfFile;
import io.ebpf4j.testing.Fixtures;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class TypeChecksTest {
    static final List<String> FOLDERS = Fixtures.FOLDERS;

    private final Types types = Types.little();

    private void assertRefused(String message) {
        assertRefused(types.btf(), message);
    }

    private static void assertRefused(Btf btf, String message) {
        assertThatThrownBy(() -> TypeChecks.check(btf)).isInstanceOf(ObjectFileException.class)
                .hasMessage(btf.name() + ": section .BTF: type " + message + "; the file is damaged");
    }

    private void assertTaken() {
        assertThatCode(() -> TypeChecks.check(types.btf())).doesNotThrowAnyException();
    }

    /** Puts a type in the place of one that others refer to already. */
    private Btf replaced(int id, BtfType type) {
        byte[] bytes = BtfEditor.of(types.btf()).replace(id, type).toBytes();
        return Btf.parse(MemorySegment.ofArray(bytes), "made");
    }

    @ParameterizedTest
    @FieldSource("FOLDERS")
    void types_thatClangMade_areTaken(String folder) {
        for (String name : Fixtures.names(folder)) {
            Btf.of(ElfFile.parse(Fixtures.path(folder, name))).ifPresent(
                    btf -> assertThatCode(() -> TypeChecks.check(btf)).as(name).doesNotThrowAnyException());
        }
    }

    /** {@code enum e;} behind a pointer: clang 19 gives it neither bytes nor constants. */
    @Test
    void enum_thatIsDeclaredButNotDefined_isTaken() {
        types.enumeration("e", 0, false);
        assertTaken();
    }

    @Test
    void bitfield_ofEmptyStruct_isRefused() {
        int empty = types.struct("empty", 0);
        types.struct("s", 8, bits(3, 1, "flag", types.typedef("e", empty)));
        assertRefused("3, struct s, has the bitfield 'flag' of 1 bits in type 2, a e,"
                + " which is no integer and no enum");
    }

    @Test
    void bitfield_ofPointerToVoid_isRefused() {
        types.struct("s", 8, bits(0, 1, "flag", types.pointer(0)));
        assertRefused("2, struct s, has the bitfield 'flag' of 1 bits in type 1, a void *,"
                + " which is no integer and no enum");
    }

    @Test
    void bitfield_widerThanItsType_isRefused() {
        types.struct("s", 8, bits(0, 9, "wide", types.unsigned(1)));
        assertRefused("2, struct s, has the bitfield 'wide' of 9 bits in type 1, a u8, which has only 1 bytes");
    }

    @Test
    void bitfields_ofNumbersAndEnumsThroughAliases_areTaken() {
        int e = types.enumeration("e", 4, false, new BtfType.Constant("A", 1));
        int alias = types.add(new BtfType.Volatile(0, types.typedef("t", e)));
        types.struct("s", 8, bits(0, 8, "a", types.unsigned(1)), bits(8, 24, "b", alias),
                bits(32, 32, "c", types.enumeration64("f", false)));
        assertTaken();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 5, 32})
    void int_ofOddSize_isRefused(int size) {
        types.add(new BtfType.Int(0, "odd", size, 0, 8, 0));
        assertRefused("1, odd, has " + size + " bytes, not one of [1, 2, 4, 8, 16]");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 16})
    void enum_ofOddSize_isRefused(int size) {
        types.enumeration("e", size, false, new BtfType.Constant("A", 1));
        assertRefused("1, enum e, has " + size + " bytes, not one of [1, 2, 4, 8]");
    }

    @Test
    void float_ofNoBytes_isRefused() {
        types.add(new BtfType.FloatingPoint(0, "float", 0));
        assertRefused("1, float, has 0 bytes, not one of [2, 4, 8, 12, 16]");
    }

    @Test
    void member_beyondItsStruct_isRefused() {
        types.struct("s", 8, at(4, "a", types.array(types.unsigned(1), 5)));
        assertRefused("3, struct s, has 8 bytes, but its member 'a', a u8[5], has 40 bits at bit 32");
    }

    @Test
    void member_ofSizeThatOverflows_isRefused() {
        int array = types.array(types.array(types.array(types.unsigned(8), 0xffff_ffffL), 0xffff_ffffL), 0xffff_ffffL);
        types.struct("s", 0xffff_ffffL, at(0, "a", array));
        assertRefused("5, struct s, has 4294967295 bytes, but its member 'a', a"
                + " u64[4294967295][4294967295][4294967295], has 8796093022208 bits at bit 0");
    }

    @Test
    void members_flexibleOrWithoutSize_areTaken() {
        int forward = types.add(new BtfType.Fwd(0, "f", false));
        types.struct("s", 4, at(0, "n", types.unsigned(4)), at(4, "rest", types.array(types.unsigned(8), 0)),
                at(0, "f", forward));
        assertTaken();
    }

    @Test
    void typedefs_inACircle_areRefused() {
        int first = types.typedef("a", 0);
        int second = types.typedef("b", first);
        assertRefused(replaced(first, new BtfType.Typedef(0, "a", second)), "1, a, contains itself");
    }

    @Test
    void array_ofItself_isRefused() {
        int array = types.array(types.unsigned(4), 1);
        assertRefused(replaced(array, new BtfType.Array(0, array, 1, 1)), "2, ...[1][1][1][1][1][1][1][1][1][1][1][1]"
                + "[1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1], contains itself");
    }

    @Test
    void struct_containingItself_isRefused_butPointingToItselfIsTaken() {
        int struct = types.struct("s", 8);
        int pointer = types.pointer(struct);
        Btf pointing = replaced(struct, new BtfType.Struct(0, "s", 8, List.of(at(0, "next", pointer))));
        assertThatCode(() -> TypeChecks.check(pointing)).doesNotThrowAnyException();
        assertRefused(replaced(struct, new BtfType.Struct(0, "s", 8, List.of(at(0, "me", struct)))),
                "1, struct s, contains itself");
    }

    @Test
    void types_nestedTooDeep_areRefused_withoutAStackOverflow() {
        int type = types.unsigned(4);
        for (int i = 0; i < 255; i++) {
            type = types.typedef("t" + i, type);
        }
        assertTaken();
        for (int i = 0; i < 50_000; i++) {
            type = types.typedef("u" + i, type);
        }
        assertRefused("256, t254, is part of types nested more than 256 deep");
    }

    @Test
    void types_nestedTooDeep_areRefused_whereTheOutermostComesFirst() {
        int first = types.typedef("t0", 0);
        var editor = BtfEditor.of(types.btf());
        int last = 50_000;
        editor.replace(first, new BtfType.Typedef(0, "t0", first + 1));
        for (int id = first + 1; id <= last; id++) {
            editor.append(new BtfType.Typedef(0, "t", id == last ? 0 : id + 1));
        }
        assertRefused(Btf.parse(MemorySegment.ofArray(editor.toBytes()), "made"),
                "257, t, is part of types nested more than 256 deep");
    }

    @Test
    void struct_ofMoreMembersThanOldLibbpfCounts_isRefused() {
        int u8 = types.unsigned(1);
        var members = new Member[0x1_0000];
        Arrays.setAll(members, i -> at(0, "", u8));
        types.struct("s", 1, members);
        assertRefused("2, struct s, has 65536 elements, over 65535");
    }

    @Test
    void func_thatIsNoFunction_isRefused() {
        types.add(new BtfType.Func(0, "f", types.unsigned(4), Linkage.GLOBAL));
        assertRefused("2, u32 f, should have the type of a function, not type 1, a u32");
    }

    @Test
    void section_listingWhatIsNoVariable_isRefused() {
        int struct = types.struct("s", 0);
        types.add(new BtfType.DataSec(0, ".ksyms", 0, List.of(new VarInfo(struct, 0, 4))));
        assertRefused("2, section .ksyms, lists type 1, a struct s, among its variables");
    }

    @Test
    void functions_areTakenAmongKernelSymbolsOnly() {
        int function = types.add(new BtfType.Func(0, "f", types.add(new BtfType.FuncProto(0, 0, List.of())),
                Linkage.EXTERN));
        types.add(new BtfType.DataSec(0, ".ksyms", 0, List.of(new VarInfo(function, 0, 0))));
        assertTaken();
        types.add(new BtfType.DataSec(0, ".data", 0, List.of(new VarInfo(function, 0, 0))));
        assertRefused("4, section .data, lists type 2, a void f(void), among its variables");
    }

    @Test
    void kconfig_ofShortEnum_isRefused() {
        int tristate = types.enumeration("libbpf_tristate", 1, false, new BtfType.Constant("TRI_NO", 0));
        kconfig(tristate);
        assertRefused("3, section .kconfig, lists type 2, a enum libbpf_tristate CONFIG, of type"
                + " enum libbpf_tristate, which holds no value of a kernel's configuration");
    }

    @Test
    void kconfig_ofNumbersAndText_isTaken_butNotOfMegabytes() {
        kconfig(types.unsigned(8));
        kconfig(types.array(types.character(), 64));
        assertTaken();
        int array = types.array(types.character(), 1 << 21);
        int section = kconfig(array);
        assertRefused(section + ", section .kconfig, has variables of 2097152 bytes together, over 1048576");
    }

    private int kconfig(int type) {
        int variable = types.add(new BtfType.Var(0, "CONFIG", type, Linkage.EXTERN));
        return types.add(new BtfType.DataSec(0, ".kconfig", 0, List.of(new VarInfo(variable, 0, 0))));
    }
}
