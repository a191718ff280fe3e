/** Records as JSON events, and how they reach the log. */
package io.ebpf4j.internal.json;
