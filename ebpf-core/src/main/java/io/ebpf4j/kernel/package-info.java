/**
 * The running kernel: what it can do, what it has loaded, and what that costs.
 *
 * <pre>
 *   KernelFeatures --mapType, programType, helper, attach--&gt; Support
 *   KernelObjects  --functions, maps, links--&gt; FunctionInfo, MapInfo, LinkInfo (with a LinkTarget)
 *   RunStatistics  --enable--&gt; the kernel counts runs and their time, as FunctionInfo then tells
 * </pre>
 *
 * <p>All of it is about the whole kernel, not about the programs of this process alone.
 */
package io.ebpf4j.kernel;
