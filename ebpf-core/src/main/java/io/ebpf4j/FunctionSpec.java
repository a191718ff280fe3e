package io.ebpf4j;

/**
 * One entry point as the object file declares it: a C function with a {@code SEC(..)}.
 *
 * @param name the C function's name
 * @param section what {@code SEC(..)} says, without a leading {@code ?}
 * @param optional whether the section began with {@code ?}: such a function is not loaded unless asked for
 * @param instructions its size in 8-byte instructions, before subprograms are linked in
 */
public record FunctionSpec(String name, String section, boolean optional, int instructions) {
    /**
     * {@return the part of the section before the first slash, which says what kind of event it is for}
     */
    public String kind() {
        int slash = section.indexOf('/');
        return slash < 0 ? section : section.substring(0, slash);
    }
}
