/**
 * A program of our own that copies a hash into mapped memory: {@link io.ebpf4j.internal.kernel.live.walk.WalkCode} is its
 * code, {@link io.ebpf4j.internal.kernel.live.walk.WalkTypes} the types that the kernel wants of it, and
 * {@link io.ebpf4j.internal.kernel.live.walk.LiveWalk} what is in the kernel then.
 */
package io.ebpf4j.internal.kernel.live.walk;
