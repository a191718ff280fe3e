/**
 * The maps and rings of eBPF programs as Micrometer meters.
 *
 * <p>{@link io.ebpf4j.metrics.MicrometerExporter} serves the maps whose output is a counter or a gauge; it is found
 * through {@link java.util.ServiceLoader} when the target of an export is a {@code MeterRegistry}.
 *
 * <h2>Names</h2>
 *
 * <p>A metric is called {@code ebpf.} and the map's name, {@code _} written as a dot, without the prefix that asked for
 * the output ({@code counter_}, {@code gauge_}). Where a value has several numbers, each is a metric, and its field's
 * name follows. A last word that the Prometheus format reserves ({@code info}, {@code bucket}, {@code created}, and
 * {@code total} for gauges) is followed by {@code .value}. Labels have the names of the C fields, members of nested
 * structs joined with dots; a key that is no struct is called {@code key}, a record that is none {@code value}. Members
 * whose name begins with {@code __} are neither. Arrays are one label, {@code [1,2]}. Fields whose names differ in
 * punctuation only cannot be exported, and neither can a map with a metric that, in Prometheus, is called like another of
 * its program: {@code conn} and {@code conn_total}, both counters, or durations {@code lag} and {@code lag_seconds}.
 *
 * <table>
 * <caption>What a map becomes</caption>
 * <tr><th>map</th><th>meter</th><th>labels</th><th>value</th></tr>
 * <tr><td>counter, ring</td><td>counter</td><td>the record's fields</td><td>one more a record</td></tr>
 * <tr><td>counter, hash</td><td>counter</td><td>the key's fields</td><td>each integer or duration in the value</td></tr>
 * <tr><td>gauge, hash</td><td>gauge</td><td>the key's fields</td><td>each number or duration in the value</td></tr>
 * </table>
 *
 * <p>Durations are seconds as counters, as their {@code seconds} unit says, and in the registry's base unit as gauges:
 * a counter cannot ask its registry which one that is. What in a value is no number is passed over; with no number at
 * all, or with a counter's number that is a float or longer than 64 bits, the map cannot be exported.
 *
 * <h2>Counters</h2>
 *
 * <p>A counter never falls. A row that is smaller than it was has begun anew, and what it counted before stays; so has
 * a row that was absent from a snapshot. A negative number counts as nothing. Numbers are exact, unsigned 64 bits, until
 * the registry takes them as {@code double}. What a row counted between the last snapshot and its end is not seen.
 *
 * <h2>Tables</h2>
 *
 * <p>Tables are read when a meter is, at most once in {@link io.ebpf4j.metrics.ExportOptions#minRefresh}, whole, by the
 * thread that reads the meter. A registry collects its meters in its own order, so a new row appears in the scrape that
 * found it or in the next one; the {@code ebpf.map.entries} meter is there from the beginning, so that there is always
 * one to read. When the kernel refuses, the program is closed, or memory is short, the last snapshot stays and the
 * failure is counted; nothing is thrown at who reads a meter. Rows whose keys differ in hidden members only, or in what a
 * decoder does not show, add up.
 *
 * <p>A row that is absent from two snapshots leaves the registry when it has been gone for
 * {@link io.ebpf4j.metrics.ExportOptions#linger}; till then it shows its last value.
 *
 * <h2>Too many label sets</h2>
 *
 * <p>A map has at most {@link io.ebpf4j.metrics.ExportOptions#maxSeries} label sets. What more there is of a counter is
 * counted in one series whose labels are all {@code __overflow__}, and stays there, so that the total is right; of a
 * gauge it is left out until there is room. Series of a ring stay until the exporter is closed.
 *
 * <h2>Several owners</h2>
 *
 * <p>When two programs export the same meter to one registry, or a filter of the registry makes several meters one, then
 * a counter is the sum of them and a gauge shows the one that came last. It is removed with the last of them. A meter
 * that somebody else has registered under the name and tags is left alone; ours is then not exported, which is counted
 * as dropped. So are the series of a metric that another program's metric hides, for it has the same name with another
 * type, or another name that is the same in Prometheus.
 *
 * <h2>Meters about the export</h2>
 *
 * <p>Each has the tags {@code program} and {@code map}.
 *
 * <table>
 * <caption>Own meters</caption>
 * <tr><th>name</th><th>meter</th><th>of</th><th>tells</th></tr>
 * <tr><td>{@code ebpf.ring.records}</td><td>counter</td><td>ring</td><td>records handed on</td></tr>
 * <tr><td>{@code ebpf.ring.discarded}</td><td>counter</td><td>ring</td><td>records the program gave up</td></tr>
 * <tr><td>{@code ebpf.ring.short}</td><td>counter</td><td>ring</td><td>records shorter than their type</td></tr>
 * <tr><td>{@code ebpf.ring.failures}</td><td>counter</td><td>ring</td><td>records that could not be handled</td></tr>
 * <tr><td>{@code ebpf.ring.backlog}</td><td>gauge, bytes</td><td>ring</td><td>written, not yet read</td></tr>
 * <tr><td>{@code ebpf.map.entries}</td><td>gauge</td><td>table</td><td>rows in the last snapshot</td></tr>
 * <tr><td>{@code ebpf.map.snapshot.time}</td><td>time gauge</td><td>table</td><td>how long it took</td></tr>
 * <tr><td>{@code ebpf.map.read.failures}</td><td>counter</td><td>table</td><td>snapshots that failed</td></tr>
 * <tr><td>{@code ebpf.map.decode.failures}</td><td>counter</td><td>table</td><td>rows that a decoder threw at</td></tr>
 * <tr><td>{@code ebpf.series.live}</td><td>gauge</td><td>both</td><td>label sets that have a series</td></tr>
 * <tr><td>{@code ebpf.series.folded}</td><td>counter</td><td>both</td><td>rows or records in the overflow series</td></tr>
 * <tr><td>{@code ebpf.series.dropped}</td><td>counter</td><td>both</td><td>rows left out, series refused by the
 * registry</td></tr>
 * </table>
 */
package io.ebpf4j.metrics;
