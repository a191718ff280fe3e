package io.ebpf4j.btf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.elf.ElfFile;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.jupiter.api.Test;

/** A module's BTF on that of its kernel; what the files are is told in {@code split/README.md}. */
class SplitBtfTest {
    private static byte[] read(String file) {
        return Kinds.resource("/split/" + file);
    }

    private static Btf parse(String name, String order) {
        return Btf.parse(MemorySegment.ofArray(read(name + "." + order + ".btf")), name);
    }

    private static Btf parse(String name, String order, Btf base) {
        return Btf.parse(MemorySegment.ofArray(read(name + "." + order + ".btf")), name, base);
    }

    private static String dump(String name) {
        return new String(read(name + ".raw.txt"), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource({"kernel, el", "kernel, eb", "later, el", "later, eb", "distilled_base, el", "distilled_base, eb"})
    void dump_ofABase_equalsThatOfBpftool(String name, String order) {
        assertThat(RecordDump.of(parse(name, order), 1)).isEqualTo(dump(name));
    }

    @ParameterizedTest
    @CsvSource({"kernel, module, el", "kernel, module, eb", "distilled_base, distilled, el",
            "distilled_base, distilled, eb", "later, relocated, el", "later, relocated, eb"})
    void dump_ofAModule_equalsThatOfBpftool(String base, String name, String order) {
        var kernel = parse(base, order);
        assertThat(RecordDump.of(parse(name, order, kernel), kernel.size())).isEqualTo(dump(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"el", "eb"})
    void types_ofTheBase_areFoundAndMeasuredThroughTheModule(String order) {
        var module = parse("module", order, parse("kernel", order));
        var task = module.find(BtfType.Struct.class, "task").orElseThrow();
        assertThat(task.id()).isEqualTo(2);
        assertThat(BtfLayout.of(module, task.id()).field("low").orElseThrow().byteOffset()).isEqualTo(24);

        var entry = module.find(BtfType.Struct.class, "module_entry").orElseThrow();
        var layout = BtfLayout.of(module, entry.id());
        assertThat(layout.size()).isEqualTo(120);
        assertThat(module.resolve(layout.field("copy").orElseThrow().type())).isEqualTo(task);
        assertThat(module.sizeOf(layout.field("copy").orElseThrow().type())).isEqualTo(56);
        assertThat(module.spell(layout.field("owner").orElseThrow().type())).isEqualTo("struct task *");
        assertThat(module.typedefs(layout.field("visit").orElseThrow().type())).containsExactly("visit_t");
        assertThat(layout.field("flags").orElseThrow().bitfieldSize()).isEqualTo(40);

        var function = module.find(BtfType.Func.class, "module_visit").orElseThrow();
        assertThat(module.declTags(function.id(), 0)).containsExactly("of_the_kernel");
    }

    /** As libbpf does, by name: the kernel's own, and the module's where it has no base. */
    @Test
    void namesakes_areFoundInTheBaseFirst() {
        var kernel = parse("kernel", "el");
        var module = parse("module", "el", kernel);
        var first = module.find(BtfType.Struct.class, "namesake").orElseThrow();
        assertThat(first.id()).isEqualTo(25);
        List<BtfType> all = module.types().stream().filter(t -> t.name().equals("namesake")
                && t instanceof BtfType.Struct).toList();
        assertThat(all).hasSize(2);
        assertThat(module.sizeOf(all.getLast().id())).isEqualTo(16);
        assertThat(kernel.find(BtfType.Struct.class, "opaque")).isEmpty();
    }

    @Test
    void sectionsOfAModule_areReadOnItsOwnBase() {
        var elf = ElfFile.parse(read("module.ko"), "module.ko");
        var module = Btf.of(elf).orElseThrow();
        assertThat(BtfDump.raw(module)).isEqualTo(dump("distilled"));
        var base = module.base().orElseThrow();
        assertThat(base.name()).isEqualTo("module.ko: section .BTF.base");
        assertThat(BtfDump.raw(base)).isEqualTo(dump("distilled_base"));
        assertThat(module.sizeOf(module.find(BtfType.Struct.class, "module_entry").orElseThrow().id())).isEqualTo(120);
        assertThat(Btf.of(elf, base).orElseThrow().types()).isEqualTo(module.types());
    }

    @ParameterizedTest
    @ValueSource(strings = {"el", "eb"})
    void types_thatNeitherHas_areRefusedWhenAskedFor(String order) {
        var kernel = parse("kernel", order);
        var broken = parse("beyond", order, kernel);
        assertThatThrownBy(() -> broken.resolve(((BtfType.Ptr) broken.type(broken.size() - 1)).type()))
                .isInstanceOf(MalformedBtfException.class).hasMessageContaining("9999");
        assertThat(broken.find(BtfType.Struct.class, "module_entry")).isPresent();
    }

    @Test
    void module_withoutItsBase_isRefused() {
        assertThatThrownBy(() -> parse("module", "el")).isInstanceOf(MalformedBtfException.class)
                .hasMessageContaining("needs its base");
    }

    @Test
    void module_cutShort_isRefused() {
        var kernel = parse("kernel", "el");
        assertThatThrownBy(() -> parse("cut", "el", kernel)).isInstanceOf(MalformedBtfException.class)
                .hasMessageContaining("go beyond the end at 300");
    }

    /** Another kernel's types have other ids, and names at other offsets. */
    @Test
    void module_onABaseThatIsTooSmall_isRefused() {
        var tooSmall = parse("distilled_base", "el");
        assertThatThrownBy(() -> parse("module", "el", tooSmall).types().forEach(type -> {}))
                .isInstanceOf(MalformedBtfException.class);
    }

    @Test
    void module_ofTheOtherByteOrder_isRefused() {
        var kernel = parse("kernel", "el");
        assertThatThrownBy(() -> parse("module", "eb", kernel)).isInstanceOf(MalformedBtfException.class)
                .hasMessageContaining("BIG_ENDIAN").hasMessageContaining("LITTLE_ENDIAN");
    }

    @Test
    void edit_ofAModule_keepsTheIdsOfTheBase() {
        var kernel = parse("kernel", "el");
        var editor = BtfEditor.of(parse("module", "el", kernel));
        int added = editor.append(new BtfType.Typedef(0, "added", 2));
        var edited = Btf.parse(MemorySegment.ofArray(editor.toBytes()), "edited", kernel);
        assertThat(edited.spell(added)).isEqualTo("added");
        assertThat(edited.sizeOf(added)).isEqualTo(56);
        assertThat(RecordDump.of(edited, kernel.size())).startsWith(dump("module"));
    }
}
