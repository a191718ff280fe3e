// SPDX-License-Identifier: Apache-2.0
// Every kind of BTF type that clang makes, and whatever of it is easily read wrong. The objects beside it and their
// dumps are made from this by build.sh; BtfGoldenTest and BtfLayoutTest compare with them.
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef int s32;
typedef long long s64;

#define SEC(x) __attribute__((section(x), used))
#define EXTERN(x) __attribute__((section(x), weak))
#define HIDDEN __attribute__((visibility("hidden")))
#define TAG(x) __attribute__((btf_decl_tag(x)))
#define USER __attribute__((btf_type_tag("user")))
#define __uint(name, val) int(*name)[val]
#define __type(name, val) typeof(val) *name

typedef u32 ipv4_addr;

enum color { RED = -2, GREEN = 0, BLUE = 7 };
enum plain { ZERO, ONE, TOP = 0xffffffff };
enum big { HUGE = 0x123456789abcULL, SMALL = 1 };
enum negative { LOW = -0x123456789abcLL, HIGH = 0x123456789abcLL };

union addr {
    u32 v4;
    u8 v6[16];
};
struct inner {
    u8 a;
    u64 b;
};
struct declared_only;
union declared_union;

struct bits {
    u32 a : 3;
    s32 b : 5;
    u32 : 4;
    u32 c : 13;
    u64 d : 40;
    u8 e;
    enum color f : 6;
};
struct packed_bits {
    u8 lead;
    u64 wide : 37;
    u16 tail : 3;
    u64 across : 61;
} __attribute__((packed));

struct event {
    ipv4_addr saddr TAG("label");
    volatile const u16 port;
    struct {
        s64 x;
        union {
            u8 y;
            u16 z TAG("deep");
        };
    };
    struct inner in;
    union addr addr;
    char comm[16];
    int matrix[2][3];
    enum color color;
    enum plain plain;
    enum big big;
    enum negative negative;
    _Bool ok;
    double ratio;
    struct declared_only *later;
    union declared_union *either;
    int (*fn)(struct event *, int, ...);
    char *const restrict fixed;
    int USER *from_user;
    char name[];
} TAG("whole");

struct {
    __uint(type, 27);
    __uint(max_entries, 4096);
    __type(value, struct event);
} events SEC(".maps.print") TAG("bpf.export:print");
struct {
    __uint(type, 1);
    __uint(max_entries, 64);
    __type(key, u32);
    __type(value, u64);
} first SEC(".maps");
struct {
    __uint(type, 1);
    __uint(max_entries, 64);
    __type(key, u32);
    __type(value, struct bits);
} second SEC(".maps");

static volatile u32 static_one = 5;
u64 global_one = 1;
HIDDEN u32 hidden_two = 2;
static volatile u8 static_two = 9;
struct bits filled = {5, -7, 0x1234, 0x9876543210ULL, 0xab, RED};
struct packed_bits packed = {0x11, 0x1234567890ULL, 5, 0x123456789abcdefULL};
const volatile u32 read_only = 3;
char *zeroed;
extern int CONFIG_HZ EXTERN(".kconfig");
extern int kernel_function(struct event *e TAG("param")) EXTERN(".ksyms");

struct task_struct {
    int pid;
} __attribute__((preserve_access_index));

static __attribute__((noinline)) long helper(struct event *e, u32 n) {
    return e->port + n + static_one + static_two;
}

SEC("raw_tp/sched_switch") int on_switch(u64 *ctx) {
    struct event e = {};
    struct task_struct *t = (void *)ctx[1];
    e.big = HUGE;
    static_two++;
    if (ctx[3] & 4) {
        filled.c++;
    }
    if (kernel_function) {
        kernel_function(&e);
    }
    return helper(&e, ctx[2]) + global_one + hidden_two + filled.a + read_only + t->pid + packed.tail + (long)&events
            + (long)&first + (long)&second + CONFIG_HZ + (long)zeroed;
}

char _license[] SEC("license") = "Dual MIT/GPL";
