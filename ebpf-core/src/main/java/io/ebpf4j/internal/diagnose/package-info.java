/**
 * From what the kernel, libbpf and the machine say to what a person can do about it. Text and files in, records and
 * sentences out: nothing in here calls the kernel, so all of it is tested on recorded texts.
 *
 * <pre>
 *   the verifier's log     VerifierLog, VerifierReport -- Causes, SourceLines, MissingField --&gt; Rejections
 *   this process           Host, Capability -- NeededRights ----------------------------------&gt; Refusals
 *   this kernel            Host, KernelVersion, KernelConfig -- Requirements, Mounts, TargetHints --&gt; Lacking
 *   this machine           Registers (of which CPU an object reads registers)
 * </pre>
 */
package io.ebpf4j.internal.diagnose;
