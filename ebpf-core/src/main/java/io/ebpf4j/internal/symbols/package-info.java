/**
 * The functions of programs and shared libraries, by name: where in the file they are, for the kernel hooks offsets, and
 * what was probably meant where there is none. Files in, offsets and sentences out.
 *
 * <pre>
 *   libc.so.6 -- FileSearch --&gt; a path
 *   a path, names -- SymbolReader, FileSymbol -- FileOffsets --&gt; Located: offsets, or why not
 *                                             -- FileSymbols --&gt; the name that was probably meant
 * </pre>
 */
package io.ebpf4j.internal.symbols;
