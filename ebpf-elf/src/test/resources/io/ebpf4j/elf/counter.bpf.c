// SPDX-License-Identifier: Apache-2.0
// Two maps in a section with an output suffix, one standard map that is the contents of another, data of each kind.
//
// counter.clang19-el.o, counter.clang14-eb.o:
//   clang-19 -O2 -g -target bpfel -I/usr/include/$(uname -m)-linux-gnu -fdebug-compilation-dir=. -c counter.bpf.c -o counter.clang19-el.o
//   llvm-strip-19 -g counter.clang19-el.o
//   clang-14 -O2 -g -target bpfeb -I/usr/include/$(uname -m)-linux-gnu -fdebug-compilation-dir=. -c counter.bpf.c -o counter.clang14-eb.o
//   llvm-strip-14 -g counter.clang14-eb.o
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct inner {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, __u64);
};

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 64);
    __type(key, __u32);
    __type(value, __u64);
} calls SEC(".maps.counter");

struct inner first SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
    __uint(max_entries, 2);
    __type(key, __u32);
    __array(values, struct inner);
} outer SEC(".maps.counter") = {
    .values = {[1] = (void *)&first},
};

const volatile __u32 limit = 7;
__u64 total;

SEC("raw_tp/sys_enter")
int count(void *ctx)
{
    __u32 key = bpf_get_current_pid_tgid() >> 32;
    __u64 one = 1, *old = bpf_map_lookup_elem(&calls, &key);
    if (!old) {
        bpf_map_update_elem(&calls, &key, &one, BPF_ANY);
    } else if (*old < limit) {
        __sync_fetch_and_add(old, 1);
    }
    __u32 slot = 1;
    void *in = bpf_map_lookup_elem(&outer, &slot);
    slot = 0;
    __u64 *v = in ? bpf_map_lookup_elem(in, &slot) : 0;
    if (v) {
        __sync_fetch_and_add(v, 1);
    }
    total++;
    return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
