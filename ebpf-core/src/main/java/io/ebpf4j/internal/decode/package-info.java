/** The shape compiler and the decoders that come with the library: one decoder, one file. */
package io.ebpf4j.internal.decode;
