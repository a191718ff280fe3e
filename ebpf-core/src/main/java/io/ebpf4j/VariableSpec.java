package io.ebpf4j;

import io.ebpf4j.btf.BtfType;
import java.util.Objects;

/**
 * One global variable as the object file declares it. The loader makes an array map of one row of each section that has
 * such variables, and the row is the section: {@code struct btf_var_secinfo { __u32 type; __u32 offset; __u32 size; }}.
 *
 * @param name the C variable's name; of a static one within a function, {@code function.name}
 * @param section {@code .data}, {@code .bss}, {@code .rodata} or one of these and more, as {@code .data.mine};
 *        {@code .kconfig} for a value of the kernel's configuration
 * @param typeId the id of its type in {@link ProgramSpec#btf()}
 * @param type the type as C spells it
 * @param offset bytes from the beginning of the section
 * @param size bytes
 * @param constant whether its value is settled on loading: for {@code const volatile} and {@code __kconfig}
 * @param linkage whether other files see it: two static ones may have one name, in a file that is linked from several
 */
public record VariableSpec(String name, String section, int typeId, String type, long offset, long size,
        boolean constant, BtfType.Linkage linkage) {
    /** Checks that nothing is null. */
    public VariableSpec {
        Objects.requireNonNull(name);
        Objects.requireNonNull(section);
        Objects.requireNonNull(type);
        Objects.requireNonNull(linkage);
    }
}
