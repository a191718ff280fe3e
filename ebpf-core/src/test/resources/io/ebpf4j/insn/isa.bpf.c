// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Every kind of instruction that a program may hold and clang or its assembler can write, up to version 4 of the
 * instruction set. The parts that nothing reads are kept by "asm volatile". */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__type(key, __u32);
	__type(value, __u64);
} calls SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u64);
} slots SEC(".maps");

extern void bpf_rcu_read_lock(void) __ksym;
extern void bpf_rcu_read_unlock(void) __ksym;
extern const void schedule __ksym;
extern int LINUX_KERNEL_VERSION __kconfig;

__u64 totals[4];
static volatile __u32 hidden = 3;
const volatile char text[] = "read only";

static long each(void *map, const void *key, void *value, void *ctx)
{
	totals[1] += *(__u64 *)value;
	return 0;
}

static __noinline __u64 count(__u32 key)
{
	__u64 one = 1, *total = bpf_map_lookup_elem(&calls, &key);

	if (total)
		return __sync_fetch_and_add(total, 1);
	bpf_map_update_elem(&calls, &key, &one, BPF_ANY);
	return 0;
}

__noinline int twice(__u32 key)
{
	return count(key) + count(key + 1);
}

/* All of ALU and ALU64. */
SEC("syscall")
int arithmetic(void *ctx)
{
	asm volatile("r1 = 7; r2 = 3; r3 = 0x123456789abcdef ll; r4 = -5 ll; w5 = 9;"
		     "r1 += r2; r1 -= r2; r1 *= r2; r1 /= r2; r1 |= r2; r1 &= r2; r1 <<= r2; r1 >>= r2; r1 %%= r2;"
		     "r1 ^= r2; r1 s>>= r2; r1 = -r1; r1 s/= r2; r1 s%%= r2;"
		     "r1 += -1; r1 -= 2; r1 *= 3; r1 /= 4; r1 |= 5; r1 &= -6; r1 <<= 7; r1 >>= 8; r1 %%= 9;"
		     "r1 ^= 10; r1 s>>= 11; r1 s/= -12; r1 s%%= 13;"
		     "w1 += w2; w1 -= w2; w1 *= w2; w1 /= w2; w1 |= w2; w1 &= w2; w1 <<= w2; w1 >>= w2; w1 %%= w2;"
		     "w1 ^= w2; w1 s>>= w2; w1 = -w1; w1 s/= w2; w1 s%%= w2;"
		     "w1 += -1; w1 -= 2; w1 *= 3; w1 /= 4; w1 |= 5; w1 &= -6; w1 <<= 7; w1 >>= 8; w1 %%= 9;"
		     "w1 ^= 10; w1 s>>= 11; w1 s/= -12; w1 s%%= 13;"
		     "r6 = r1; w6 = w1; r6 = (s8)r1; r6 = (s16)r1; r6 = (s32)r1; w6 = (s8)w1; w6 = (s16)w1;"
		     "r6 = be16 r6; r6 = be32 r6; r6 = be64 r6; r6 = le16 r6; r6 = le32 r6; r6 = le64 r6;"
		     "r6 = bswap16 r6; r6 = bswap32 r6; r6 = bswap64 r6"
		     ::: "r1", "r2", "r3", "r4", "r5", "r6");
	return 0;
}

/* All loads, stores and atomics. */
SEC("syscall")
int memory(void *ctx)
{
	__u64 slot[2] = {};

	asm volatile("r1 = %0; r2 = 5;"
		     "*(u8 *)(r1 + 0) = r2; *(u16 *)(r1 + 2) = r2; *(u32 *)(r1 + 4) = r2; *(u64 *)(r1 + 8) = r2;"
		     "*(u8 *)(r1 + 0) = 1; *(u16 *)(r1 + 2) = -2; *(u32 *)(r1 + 4) = 3; *(u64 *)(r1 + 8) = -4;"
		     "r3 = *(u8 *)(r1 + 0); r3 = *(u16 *)(r1 + 2); r3 = *(u32 *)(r1 + 4); r3 = *(u64 *)(r1 + 8);"
		     "r3 = *(s8 *)(r1 + 0); r3 = *(s16 *)(r1 + 2); r3 = *(s32 *)(r1 + 4);"
		     "lock *(u64 *)(r1 + 8) += r2; lock *(u64 *)(r1 + 8) |= r2; lock *(u64 *)(r1 + 8) &= r2;"
		     "lock *(u64 *)(r1 + 8) ^= r2; lock *(u32 *)(r1 + 8) += w2; lock *(u32 *)(r1 + 8) |= w2;"
		     "lock *(u32 *)(r1 + 8) &= w2; lock *(u32 *)(r1 + 8) ^= w2;"
		     "r2 = atomic_fetch_add((u64 *)(r1 + 8), r2); r2 = atomic_fetch_or((u64 *)(r1 + 8), r2);"
		     "r2 = atomic_fetch_and((u64 *)(r1 + 8), r2); r2 = atomic_fetch_xor((u64 *)(r1 + 8), r2);"
		     "w2 = atomic_fetch_add((u32 *)(r1 + 8), w2); w2 = atomic_fetch_or((u32 *)(r1 + 8), w2);"
		     "w2 = atomic_fetch_and((u32 *)(r1 + 8), w2); w2 = atomic_fetch_xor((u32 *)(r1 + 8), w2);"
		     "r2 = xchg_64(r1 + 8, r2); w2 = xchg32_32(r1 + 8, w2);"
		     "r0 = 0; r0 = cmpxchg_64(r1 + 8, r0, r2); w0 = cmpxchg32_32(r1 + 8, w0, w2)"
		     :: "r"(slot) : "r0", "r1", "r2", "r3", "memory");
	return slot[1];
}

/* load_acquire and store_release, which only newer assemblers know. */
SEC("syscall")
int ordered(void *ctx)
{
	__u64 slot[2] = {};

	asm volatile("r1 = %0; r2 = 5;"
		     ".8byte %1; .8byte %2; .8byte %3; .8byte %4"
		     :: "r"(slot), "i"(0x00000110000821dbll), "i"(0x00000100000812dbll),
			"i"(0x00000110000821d3ll), "i"(0x00000100000812c3ll)
		     : "r0", "r1", "r2", "memory");
	return slot[1];
}

/* All conditions, both widths, near and far jumps. */
SEC("syscall")
int jumps(void *ctx)
{
	__u64 unknown = bpf_ktime_get_ns();

	asm volatile("r1 = %0; r2 = 3;"
		     "if r1 > r2 goto 1f; if r1 >= r2 goto 1f; if r1 & r2 goto 1f; if r1 s> r2 goto 1f;"
		     "if r1 s>= r2 goto 1f; if r1 s< r2 goto 1f; if r1 s<= r2 goto 1f;"
		     "1: r1 = %0; r2 = 4; if r1 < r2 goto 2f; 2: r1 = %0; if r1 <= r2 goto 3f;"
		     "3: r1 = %0; if r1 == r2 goto 4f; 4: r1 = %0; if r1 != r2 goto 5f;"
		     "5: r1 = %0; r2 = 5; if r1 > -2 goto 6f; if r1 & 4 goto 6f; if r1 s> 700 goto 6f;"
		     "if r1 s>= 7 goto 6f; if r1 s< -8 goto 6f; if r1 s<= -6 goto 6f; if r1 >= 30 goto 6f;"
		     "6: r1 = %0; if r1 < 8 goto 7f; if r1 <= 9 goto 7f; if r1 == 10 goto 7f; if r1 != 11 goto 7f;"
		     "7: r1 = %0; r2 = 6; if w1 > w2 goto 8f; if w1 >= w2 goto 8f; if w1 & w2 goto 8f;"
		     "8: r1 = %0; if w1 s> w2 goto 9f; 9: r1 = %0; if w1 s>= w2 goto 10f;"
		     "10: r1 = %0; if w1 s< w2 goto 11f; 11: r1 = %0; if w1 s<= w2 goto 12f;"
		     "12: r1 = %0; if w1 < w2 goto 13f; 13: r1 = %0; if w1 <= w2 goto 14f;"
		     "14: r1 = %0; if w1 == w2 goto 15f; 15: r1 = %0; if w1 != w2 goto 16f;"
		     "16: r1 = %0; r2 = 7; if w1 > -2 goto 17f; if w1 & 4 goto 17f; if w1 s> 700 goto 17f;"
		     "if w1 s>= 7 goto 17f; if w1 s< -8 goto 17f; if w1 s<= -6 goto 17f; if w1 >= 30 goto 17f;"
		     "17: r1 = %0; if w1 < 8 goto 18f; if w1 <= 9 goto 18f; if w1 == 10 goto 18f; if w1 != 11 goto 18f;"
		     "18: r1 = %0; if r1 == 3 goto 23f; gotol 19f; 23: r2 = 8; 19: may_goto 20f; r2 = 9; 20: if r1 == 0 goto 21f; goto 22f;"
		     "21: r2 = 10; 22: r2 = 11"
		     :: "r"(unknown) : "r1", "r2");
	return 0;
}

/* Whatever needs a name: maps, variables, functions, helpers, the kernel's. */
SEC("syscall")
int names(void *ctx)
{
	__u32 key = hidden;
	__u64 *slot = bpf_map_lookup_elem(&slots, &key);

	if (slot)
		*slot += twice(key);
	totals[2] = text[3] + LINUX_KERNEL_VERSION;
	totals[3] = (__u64)&schedule;
	bpf_for_each_map_elem(&slots, each, 0, 0);
	bpf_rcu_read_lock();
	bpf_rcu_read_unlock();
	bpf_trace_printk("literal", sizeof("literal"));
	return count(7);
}

/* The loads of classic BPF; with a register and a constant clang can no longer write them. */
SEC("socket")
int packet(struct __sk_buff *skb)
{
	asm volatile("r6 = %0; r7 = 1; r0 = *(u8 *)skb[12]; r0 = *(u16 *)skb[12]; r0 = *(u32 *)skb[12];"
		     "r0 = *(u8 *)skb[r7]; .8byte %1"
		     :: "r"(skb), "i"(0x0000000400007048ll) : "r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7");
	return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
