package io.ebpf4j.insn;

/**
 * What an instruction of an object file refers to, which a loader has to put in: a relocation, or a call within a
 * section.
 *
 * @param kind what it is
 * @param name its name in C; of what has none, the section that it is in
 * @param addend how many bytes beyond its beginning; of a section, from the section's beginning
 */
public record Symbol(Kind kind, String name, long addend) {
    /** What a name stands for. */
    public enum Kind {
        /** A map. */
        MAP("map"),
        /** A global or static variable. */
        DATA("data"),
        /** A function of the same object. */
        FUNCTION("subprog"),
        /** What the kernel, or another object, has to bring: a kernel function or variable, or one of its settings. */
        EXTERN("extern"),
        /** A place in a section that no symbol covers, such as a text in {@code .rodata.str1.1}. */
        SECTION("section");

        private final String label;

        Kind(String label) {
            this.label = label;
        }
    }

    /** {@return the reference as the disassembler shows it: {@code map[calls]}, {@code data[totals]+8}} */
    @Override
    public String toString() {
        String text = kind.label + "[" + name + "]";
        return addend == 0 ? text : text + (addend < 0 ? "" : "+") + addend;
    }
}
