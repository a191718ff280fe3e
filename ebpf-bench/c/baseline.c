/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What libbpf takes for the work that the Java benchmarks do: the 1.00 of every ratio.
 *
 *     baseline noop                    start and exit
 *     baseline btf                     the kernel's BTF, warm
 *     baseline btf-once [parse|load]   the same once, for who times this process
 *     baseline heap                    what the kernel's BTF takes in memory
 *     baseline elf LABEL FILE          opening a BPF object, warm
 *     baseline elf-once FILE           the same once
 *
 * These need root, and all but the last two and exec-once what setup has pinned:
 *
 *     baseline setup FOLDER            loads and pins what is in FOLDER/{ring,maps}.bpf.o
 *     baseline drain                   a ring that is full
 *     baseline consumer [poll|naps] [stamped]   the consumer of flow; see consumer.h
 *     baseline flow CASE VARIANT FOLDER FUNCTION BYTES RATE COMMAND...   the producer; see flow.c
 *     baseline iterate                 all rows of a map
 *     baseline single                  one row
 *     baseline exec-once FILE          load, attach, first event
 *     baseline teardown                unpins
 *
 * Lines on stdout as protocol.h says. Exit status: 0, 1 on failure, 2 for an unknown workload.
 */
#include <bpf/libbpf.h>

#include "consumer.h"
#include "pins.h"
#include "protocol.h"
#include "workloads.h"

static int run(const char *workload, int count, char **args)
{
	const char *first = count > 0 ? args[0] : NULL;

	if (!strcmp(workload, "noop"))
		return 0;
	if (!strcmp(workload, "btf"))
		return btf_warm(), 0;
	if (!strcmp(workload, "heap"))
		return heap(), 0;
	if (!strcmp(workload, "btf-once"))
		return btf_once(first);
	if (!strcmp(workload, "elf") && count > 1)
		return elf_warm(first, args[1]), 0;
	if (!strcmp(workload, "elf-once") && first)
		return elf_once(first);
	if (!strcmp(workload, "setup") && first)
		return setup(first), 0;
	if (!strcmp(workload, "teardown"))
		return teardown(), 0;
	if (!strcmp(workload, "drain"))
		return drain(), 0;
	if (!strcmp(workload, "consumer"))
		return consume(first ? first : "poll", count > 1 && !strcmp(args[1], "stamped")), 0;
	if (!strcmp(workload, "flow") && count > 6)
		return flow(args), 0;
	if (!strcmp(workload, "iterate"))
		return iterate(), 0;
	if (!strcmp(workload, "single"))
		return single(), 0;
	if (!strcmp(workload, "exec-once") && first)
		return exec_once(first), 0;
	fprintf(stderr, "unknown workload '%s', or too few arguments\n", workload);
	return 2;
}

int main(int argc, char **argv)
{
	libbpf_set_print(NULL);
	return run(argc > 1 ? argv[1] : "", argc - 2, argv + 2);
}
