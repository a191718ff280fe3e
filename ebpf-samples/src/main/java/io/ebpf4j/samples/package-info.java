/**
 * Samples. Each probe ({@link io.ebpf4j.samples.Probe}) has a {@code main} that shows another level of the library:
 *
 * <table>
 * <caption>Samples</caption>
 * <tr><th>main</th><th>shows</th></tr>
 * <tr><td>{@link io.ebpf4j.samples.OpenSnoop}</td><td>one line: every marked map is exported</td></tr>
 * <tr><td>{@link io.ebpf4j.samples.TcpConnect}</td><td>a ring buffer whose records become Java records</td></tr>
 * <tr><td>{@link io.ebpf4j.samples.RunqLat}</td><td>hash maps as typed views</td></tr>
 * <tr><td>{@link io.ebpf4j.samples.Demo}</td><td>all three at once: JSON events, and meters served to Prometheus</td></tr>
 * </table>
 *
 * <p>{@link io.ebpf4j.samples.RecordDumps} makes the recorded maps that the demo and the tests replay where there is no
 * kernel to run probes in.
 */
package io.ebpf4j.samples;
