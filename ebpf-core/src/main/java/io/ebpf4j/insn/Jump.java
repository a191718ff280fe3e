package io.ebpf4j.insn;

/** Goes to, or may go to, a place in the same function. */
public sealed interface Jump extends Transfer permits Goto, MayGoto, Branch {
    /** {@return how many words the target lies behind the next instruction; negative for backwards} */
    int displacement();
}
