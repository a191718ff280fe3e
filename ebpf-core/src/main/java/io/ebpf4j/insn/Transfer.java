package io.ebpf4j.insn;

/** May go on elsewhere than at the next instruction. */
public sealed interface Transfer extends Instruction permits Jump, ComputedGoto, Call, Exit {}
