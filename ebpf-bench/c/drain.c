/* SPDX-License-Identifier: Apache-2.0 */
/* A full ring, emptied: ns a record, its value added up. Filling is not in the time. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>
#include <unistd.h>

#include "pins.h"
#include "protocol.h"
#include "workloads.h"

static int add(void *sum, void *data, size_t size)
{
	const struct mark *mark = data;

	(void)size;
	*(uint64_t *)sum += mark->value;
	return 0;
}

static uint64_t expected(uint32_t count)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < count; i++)
		sum += i & 0xffff;
	return sum;
}

/* largest: the longest record, which says how many are sure to fit. */
static void measure(const char *name, const char *function, uint32_t largest)
{
	int ring = pinned("ring"), program = pinned(function);
	uint32_t count = ring_size(ring) / (8 + (largest + 7) / 8 * 8) - 1;
	struct samples s = samples_of("A.drain", name, "libbpf consume", "ns/rec", count);
	uint64_t sum = 0, wanted = expected(count);
	struct ring_buffer *reader = ring_buffer__new(ring, add, &sum, NULL);

	if (!reader)
		die("ring_buffer__new");
	while (wants_more(&s, 5)) {
		struct fill fill = { .count = count, .flags = BPF_RB_NO_WAKEUP };
		int taken;

		if (call(program, &fill, sizeof(fill)))
			die("the ring was not empty");
		sum = 0;
		begin(&s);
		taken = ring_buffer__consume(reader);
		end(&s);
		if (taken != (int)count || sum != wanted) {
			errno = 0;
			die("%s: drained %d of %u records", name, taken, count);
		}
	}
	report(&s, count);
	ring_buffer__free(reader);
	close(program);
	close(ring);
}

void drain(void)
{
	measure("16B", "fill16", 16);
	measure("48B", "fill48", 48);
	measure("256B", "fill256", 256);
	measure("mixed sizes", "fillmix", 256);
}
