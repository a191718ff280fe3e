/**
 * Global variables: where an object file has them ({@link io.ebpf4j.internal.global.Variables}), what a path such as
 * {@code cfg.ports[2]} means ({@link io.ebpf4j.internal.global.Place}), and what bytes a section begins with once an
 * application has given some of them values ({@link io.ebpf4j.internal.global.Images}). Pure: no kernel is asked.
 */
package io.ebpf4j.internal.global;
