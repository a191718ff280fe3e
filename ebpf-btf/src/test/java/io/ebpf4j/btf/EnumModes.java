package io.ebpf4j.btf;

/** The one thing in C that bpftool 7.1 does not write and this library does. */
final class EnumModes {
    private EnumModes() {}

    static String without(String c) {
        return c.replace(" __attribute__((mode(byte)))", "").replace(" __attribute__((mode(word)))", "");
    }
}
