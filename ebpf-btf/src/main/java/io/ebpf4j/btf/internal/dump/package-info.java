/** BTF as text: in C and as {@code bpftool} lists types; no API for users. */
package io.ebpf4j.btf.internal.dump;
