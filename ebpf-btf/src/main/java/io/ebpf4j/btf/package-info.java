/** BTF. */
package io.ebpf4j.btf;
