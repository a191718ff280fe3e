package io.ebpf4j.insn;

/** Changes a register and nothing else. */
public sealed interface Computation extends Instruction
        permits Arithmetic, Move, SignExtend, Negate, ByteSwap, LoadImmediate, AddressSpaceCast, PerCpuAddress {}
