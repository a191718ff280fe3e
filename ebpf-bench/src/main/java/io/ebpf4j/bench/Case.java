package io.ebpf4j.bench;

/**
 * What a figure is about: the first three columns.
 *
 * @param workload what was done, with the letter it is sorted by
 * @param name the case of that workload
 * @param variant by what means
 */
record Case(String workload, String name, String variant) {}
