/* The types of a kernel in miniature. */
typedef unsigned int __u32;
typedef unsigned long long __u64;
typedef int (*visit_t)(void *ctx, __u64 cookie);

struct list_head {
	struct list_head *next, *prev;
};

enum state { STATE_NEW, STATE_RUNNING = 7, STATE_DEAD = -1 };

struct opaque;

struct task {
	__u32 pid;
	__u32 exiting : 1;
	__u32 state : 3;
	struct list_head siblings;
	union {
		__u64 runtime;
		struct { __u32 low, high; };
	};
	const char *comm;
	struct opaque *opaque;
	enum state current;
};
