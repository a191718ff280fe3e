/* A module: types of its own that hold, point to, complete and are named like those of the kernel. */
#include "kernel.h"

struct opaque { __u64 seen_only_here; };
struct namesake { char of_the_module[16]; };

typedef struct module_entry {
	struct list_head list;
	struct task *owner;
	struct task copy;
	__u64 flags : 40;
	volatile enum state last;
	float ratio;
	struct namesake namesake;
	visit_t visit;
} module_entry_t;

enum module_code { MODULE_HUGE = 0x100000000ULL, MODULE_SMALL = 1 };

module_entry_t module_entry;
enum module_code module_code;

int module_visit(struct task *task __attribute__((btf_decl_tag("of_the_kernel"))), module_entry_t *restrict entry)
{
	return entry->visit(task, module_code) + (int)entry->copy.state + (int)task->opaque->seen_only_here;
}
