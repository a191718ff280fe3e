/**
 * How a program is to be loaded: what {@link io.ebpf4j.LoadOptions} was told, one {@link io.ebpf4j.internal.options.Option}
 * each, and what that means for one program, the {@link io.ebpf4j.internal.options.LoadPlan}. Pure: no kernel is asked.
 */
package io.ebpf4j.internal.options;
