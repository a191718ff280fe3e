/**
 * How maps leave the library. A {@link io.ebpf4j.export.MapExporter} is offered every map that has an
 * {@link io.ebpf4j.Output}, takes those it can serve, and is handed either each record of a ring
 * ({@link io.ebpf4j.export.RingSource}) or a way to read a table whenever it likes
 * ({@link io.ebpf4j.export.TableSource}). Nothing in here knows Micrometer.
 */
package io.ebpf4j.export;
