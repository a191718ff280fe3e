package io.ebpf4j.libbpf;

import java.lang.foreign.SymbolLookup;
import java.nio.file.Path;

/**
 * A libbpf that was opened and checked.
 *
 * @param symbols
 *            its exported functions; keeps it open
 * @param location
 *            the file it was loaded from
 * @param version
 *            what {@code libbpf_version_string()} says, without the leading v
 */
record LoadedLibbpf(SymbolLookup symbols, Path location, String version) {}
