/** What runs while a program exports: one thread for all its rings. */
package io.ebpf4j.internal.export;
