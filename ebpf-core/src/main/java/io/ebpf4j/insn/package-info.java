/**
 * The instructions of BPF programs: what they do, as records, and as text.
 *
 * <h2>Reading</h2>
 * {@snippet lang = java :
 * ProgramSpec spec = ProgramSpec.read(path);
 * Code code = spec.code("add").orElseThrow();
 * for (CodeElement element : code.elements()) {
 *     switch (element.instruction()) {
 *         case Call call -> out.println(element.index() + " calls " + call.helper().orElse("a function"));
 *         case Jump _ -> code.target(element)
 *                 .ifPresent(target -> out.println(element.index() + " may go to " + target.index()));
 *         case Atomic(var operation, var size, _, _, _) ->
 *             out.println(element.index() + " " + operation + " of " + size.bytes() + " bytes");
 *         case Instruction _ -> {
 *             // of no interest here
 *         }
 *     }
 *     element.symbol().ifPresent(symbol -> out.println(element.index() + " refers to " + symbol));
 * }
 * }
 * {@link io.ebpf4j.ProgramSpec#code(String)} decodes a function of an object file: with the {@link
 * io.ebpf4j.insn.Symbol}s that a loader has to put in, and the source lines. {@link io.ebpf4j.insn.Code#of} decodes any
 * bytes, for instance those that the kernel tells of a program that it has loaded.
 *
 * <h2>Showing</h2>
 * {@snippet lang = java :
 * Disassembler disassembler = Disassembler.create().withSource(Disassembler.Source.NONE);
 * out.print(disassembler.text(code));
 * }
 * That is in the form of {@code bpftool prog dump xlated}:
 * <pre>
 *    0: (63) *(u32 *)(r10 -4) = r1
 *    1: (b7) r6 = 1
 * ..
 *    5: (18) r1 = map[calls]
 *    7: (85) call bpf_map_lookup_elem#1
 *    8: (15) if r0 == 0x0 goto pc+2
 *    9: (db) lock *(u64 *)(r0 +0) += r6
 * </pre>
 *
 * <h2>Writing</h2>
 * Each instruction is also its encoding, {@link io.ebpf4j.insn.Instruction#words()}, and what was decoded gives the
 * very bytes that it was decoded from.
 *
 * <h2>Errors</h2>
 * Bytes that end within an instruction are a {@link io.ebpf4j.insn.MalformedCodeException}, for an object file an
 * {@link io.ebpf4j.ObjectFileException}. All others are a value: what means nothing is {@link io.ebpf4j.insn.Unknown}.
 * Whether a program is safe is not asked here; that is the kernel's verifier's work.
 *
 * <h2>Grammar</h2>
 * Code is a row of words of 8 bytes in the byte order of the machine: {@link io.ebpf4j.insn.Word} has the C struct. An
 * instruction is one word, {@code ld_imm64} two. Known is what Linux 6.18 knows, and {@code gotox} of 6.19: all of the
 * instruction set up to version 4, the loads of classic BPF, and what only the kernel writes itself.
 *
 * <pre>
 * Code         = name prototype? order CodeElement*
 * CodeElement  = index Instruction Symbol? LineInfo?
 * Symbol       = kind(map | data | function | extern | section) name addend
 *
 * Instruction  = Computation | MemoryAccess | Transfer | Unknown(Word Word?)
 *
 * Computation  = Arithmetic(operation Width dst Operand)       // w1 += w2, r1 s/= 3
 *              | Move(Width dst Operand)                       // r1 = r2
 *              | SignExtend(Width from:Size dst src)           // r1 = (s8)r2
 *              | Negate(Width dst)                             // r1 = -r1
 *              | ByteSwap(order Size dst)                      // r1 = be16 r1
 *              | LoadImmediate(kind dst immediate)             // r1 = map[calls], of two words
 *              | AddressSpaceCast(dst src to from)             // r1 = addr_space_cast(r2, 1, 0)
 *              | PerCpuAddress(dst src)                        // only by the kernel
 * MemoryAccess = Load(Size signed dst src offset)              // r1 = *(u8 *)(r2 +4)
 *              | Store(Size dst offset Operand)                // *(u32 *)(r10 -4) = 1
 *              | Atomic(operation Size base offset value)      // lock *(u64 *)(r1 +0) += r2
 *              | LoadAbsolute(Size position)                   // r0 = *(u16 *)skb[12]
 *              | LoadIndirect(Size src position)               // r0 = *(u16 *)skb[r7 + 12]
 *              | SpeculationBarrier                            // only by the kernel
 * Transfer     = Jump | ComputedGoto(dst) | Call(kind offset target) | Exit
 * Jump         = Goto(displacement far)                        // goto pc+5, gotol pc+70000
 *              | MayGoto(displacement)                         // may_goto pc+5
 *              | Branch(condition Width dst Operand displacement) // if r1 == 0x0 goto pc+5
 * Operand      = Register(number) | Constant(value)
 * Width        = 32 | 64                                       // w1, r1
 * Size         = 1 | 2 | 4 | 8                                 // u8, u16, u32, u64
 * </pre>
 *
 * <p>No argument of this package may be null, and no result is. All types are immutable.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9669">RFC 9669, BPF Instruction Set Architecture</a>
 */
package io.ebpf4j.insn;
