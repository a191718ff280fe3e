/** What the ELF and the BTF parser share; no API for users. */
package io.ebpf4j.elf.internal;
