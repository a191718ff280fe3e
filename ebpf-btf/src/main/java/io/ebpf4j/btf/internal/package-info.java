/** How BTF lies in memory: header, strings, types; no API for users. */
package io.ebpf4j.btf.internal;
