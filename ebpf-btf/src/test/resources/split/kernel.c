/* LATER is a kernel with the same types as the first, but under other ids. */
#ifdef LATER
struct came_later { long only; } came_later;
long came_later_too(struct came_later *later) { return later->only; }
#endif

#include "kernel.h"

struct namesake { __u32 of_the_kernel; };

struct task init_task;
struct namesake namesake;

int visit(struct task *task, visit_t each)
{
	return each(task, task->pid);
}
