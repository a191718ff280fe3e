/** ELF64 as BPF uses it. */
package io.ebpf4j.elf;
