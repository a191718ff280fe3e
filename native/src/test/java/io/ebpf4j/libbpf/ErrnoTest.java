package io.ebpf4j.libbpf;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ErrnoTest {

    @Test
    void describe_eitherSign_namesAndExplains() {
        assertThat(Errno.describe(Errno.EPERM)).isEqualTo("EPERM (1, Operation not permitted)");
        assertThat(Errno.describe(-Errno.ENOENT)).isEqualTo("ENOENT (2, No such file or directory)");
    }

    @Test
    void describe_ofLibbpf_usesItsNames() {
        assertThat(Errno.describe(-4005)).isEqualTo("LIBBPF_ERRNO__RELOC (4005, Relocation failed)");
        assertThat(Errno.describe(4013)).startsWith("LIBBPF_ERRNO__NLPARSE");
    }

    @Test
    void name_constants_areThoseOfTheTable() throws IllegalAccessException {
        for (var field : Errno.class.getFields()) {
            assertThat(Errno.name(field.getInt(null))).hasValue(field.getName());
        }
    }

    @Test
    void name_lastGenericNumbers_areKnown() {
        assertThat(Errno.name(95)).hasValue("EOPNOTSUPP");
        assertThat(Errno.text(133)).hasValue("Memory page has hardware error");
        assertThat(Errno.name(524)).hasValue("ENOTSUPP");
    }

    @Test
    void describe_unknownNumber_isTheNumber() {
        assertThat(Errno.name(0)).isEmpty();
        assertThat(Errno.text(134)).isEmpty();
        assertThat(Errno.describe(-999)).isEqualTo("errno 999");
        assertThat(Errno.describe(Integer.MIN_VALUE)).isEqualTo("errno -2147483648");
    }
}
