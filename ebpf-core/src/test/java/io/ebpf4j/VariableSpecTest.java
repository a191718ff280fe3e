package io.ebpf4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.ebpf4j.btf.BtfType.Linkage;
import io.ebpf4j.testing.Fixtures;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The global variables that an object file has. */
class VariableSpecTest {
    @ParameterizedTest
    @ValueSource(strings = {Fixtures.CLANG14, Fixtures.CLANG19, Fixtures.BIG})
    void globals_inAllKindsOfSections_areListed(String folder) {
        assertThat(Fixtures.spec(folder, "globals").variables())
                .extracting(VariableSpec::name, VariableSpec::section, VariableSpec::type, VariableSpec::size,
                        VariableSpec::constant, VariableSpec::linkage)
                .contains(tuple("data_u64", ".data", "__u64", 8L, false, Linkage.GLOBAL),
                        tuple("hidden_data", ".data", "int", 4L, false, Linkage.STATIC),
                        tuple("rodata_pair", ".rodata", "const volatile struct pair", 16L, true, Linkage.GLOBAL),
                        tuple("sum.fmt", ".rodata", "const char[7]", 7L, true, Linkage.STATIC),
                        tuple("data_custom", ".data.custom", "int", 4L, false, Linkage.GLOBAL),
                        tuple("rodata_custom", ".rodata.custom", "const volatile int", 4L, true, Linkage.GLOBAL),
                        tuple("bss_custom", ".bss.custom", "int", 4L, false, Linkage.GLOBAL),
                        tuple("static_bss", ".bss", "volatile int", 4L, false, Linkage.STATIC),
                        tuple("bss_array", ".bss", "__u64[3]", 24L, false, Linkage.GLOBAL))
                .hasSize(16);
    }

    @Test
    void offset_isWhereTheSymbolIs() {
        var spec = ProgramSpec.read(Fixtures.path("globals"));
        assertThat(spec.variables()).filteredOn(v -> v.linkage() == Linkage.GLOBAL).isNotEmpty().allSatisfy(
                variable -> assertThat(spec.elf().symbol(variable.name()).orElseThrow().value())
                        .isEqualTo(variable.offset()));
    }

    @Test
    void kconfig_hasThePlacesThatLibbpfGivesIt() {
        assertThat(ProgramSpec.read(Fixtures.path("externs")).variables())
                .filteredOn(v -> v.section().equals(".kconfig"))
                .extracting(VariableSpec::name, VariableSpec::offset, VariableSpec::size, VariableSpec::constant)
                .containsExactly(tuple("CONFIG_EBPF4J_NO_SUCH", 0L, 4L, true),
                        tuple("LINUX_KERNEL_VERSION", 4L, 4L, true), tuple("CONFIG_BPF_SYSCALL", 8L, 1L, true),
                        tuple("CONFIG_DEFAULT_HOSTNAME", 9L, 16L, true));
    }

    @Test
    void section_thatIsListedButNotThere_hasNone() {
        // clang 14 lists constants of .rodata that it has put elsewhere
        assertThat(Fixtures.spec(Fixtures.CLANG14, "datasec_alone").variables()).isEmpty();
    }
}
