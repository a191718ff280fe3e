/**
 * The instructions of BPF programs, as records, and as text.
 */
package io.ebpf4j.insn;
