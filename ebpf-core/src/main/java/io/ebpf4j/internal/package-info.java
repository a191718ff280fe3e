/** What no user sees. */
package io.ebpf4j.internal;
