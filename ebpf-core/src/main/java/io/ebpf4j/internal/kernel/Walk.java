package io.ebpf4j.internal.kernel;

/**
 * How a visit of a table ended.
 *
 * @param rows how many were visited
 * @param complete whether all were that stayed in the table meanwhile
 */
public record Walk(int rows, boolean complete) {}
