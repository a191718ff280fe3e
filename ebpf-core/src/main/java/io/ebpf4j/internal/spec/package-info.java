/** From the bytes of an object file to its spec, and to the form that stock loaders take. No kernel in here. */
package io.ebpf4j.internal.spec;
