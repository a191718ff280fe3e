/**
 * Questions to the running kernel: what it can do ({@code ..Probe}), what it has loaded ({@code ..Infos}), what a function
 * does with given data ({@code TestRuns}). All work on file descriptors or ids and keep nothing open.
 */
package io.ebpf4j.internal.kernel.live.info;
