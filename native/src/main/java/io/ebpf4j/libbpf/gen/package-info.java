/**
 * Bindings written by jextract from the headers of libbpf 1.5 and the C library; {@code native/regenerate.sh} replaces
 * every file here but this one.
 *
 * <p>
 * Call {@link io.ebpf4j.libbpf.NativeLibrary#require()} first. A function that the installed libbpf lacks throws
 * {@link io.ebpf4j.libbpf.NativeUnavailableException} from each call. Pointers may be null in C without a word here.
 */
@NullUnmarked
package io.ebpf4j.libbpf.gen;

import org.jspecify.annotations.NullUnmarked;
