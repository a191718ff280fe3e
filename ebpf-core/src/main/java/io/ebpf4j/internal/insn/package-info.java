/** How the instructions of an object file get their symbols and source lines. */
package io.ebpf4j.internal.insn;
