/**
 * The seam between the library and a kernel. Everything above it is the same for the running kernel ({@code live}:
 * libbpf through Panama) and for recorded dumps ({@code replay}); the same contract tests run on both.
 */
package io.ebpf4j.internal.kernel;
