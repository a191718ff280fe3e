package io.ebpf4j.insn;

/** Reads or writes memory, or orders such accesses. */
public sealed interface MemoryAccess extends Instruction
        permits Load, Store, Atomic, LoadAbsolute, LoadIndirect, SpeculationBarrier {}
