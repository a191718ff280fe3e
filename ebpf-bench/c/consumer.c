/* SPDX-License-Identifier: Apache-2.0 */
#include "consumer.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <unistd.h>

#include "latency.h"
#include "pins.h"
#include "protocol.h"

#define WAIT_MS 50			/* a window must end, whether something comes or not */
#define NAP_NS 50000

static uint64_t sum;
static bool measuring;
static struct latencies latencies;

static int add(void *context, void *data, size_t size)
{
	const struct mark *mark = data;

	(void)context;
	(void)size;
	sum += mark->value;
	return 0;
}

static int add_stamped(void *context, void *data, size_t size)
{
	const uint64_t *at = (const uint64_t *)((const struct mark *)data + 1);

	add(context, data, size);
	if (measuring)
		add_latency(&latencies, clock_ns(CLOCK_MONOTONIC) - *at);
	return 0;
}

static int positive(int result)
{
	return result > 0 ? result : 0;
}

static uint64_t poll_once(struct ring_buffer *reader)
{
	return positive(ring_buffer__poll(reader, WAIT_MS));
}

/* What libbpf can do against a wake-up for each record: to look again after a while. */
static uint64_t nap_once(struct ring_buffer *reader)
{
	const struct timespec nap = { .tv_nsec = NAP_NS };
	uint64_t taken = positive(ring_buffer__consume(reader));

	if (!taken)
		return poll_once(reader);
	nanosleep(&nap, NULL);
	return taken;
}

static void say(char state)
{
	if (write(STDOUT_FILENO, &state, 1) != 1)
		die("cannot write to who started this");
}

static uint64_t window_ns(void)
{
	const char *ms = getenv("PERF_WINDOW");

	return ms ? strtoull(ms, NULL, 10) * 1000000 : 2 * budget_ns();
}

void consume(const char *how, bool stamped)
{
	uint64_t (*once)(struct ring_buffer *) = strcmp(how, "naps") ? poll_once : nap_once;
	struct ring_buffer *reader = ring_buffer__new(pinned("flow"), stamped ? add_stamped : add, NULL, NULL);
	uint64_t window = window_ns(), warm = budget_ns() / 2, total = 0, before, start, now, cpu;

	if (!reader)
		die("ring_buffer__new");
	say('R');
	start = clock_ns(CLOCK_MONOTONIC);
	do {
		total += once(reader);
	} while (clock_ns(CLOCK_MONOTONIC) - start < warm);
	say('S');
	measuring = true;
	before = total;
	start = clock_ns(CLOCK_MONOTONIC);
	cpu = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
	do {
		total += once(reader);
		now = clock_ns(CLOCK_MONOTONIC);
	} while (now - start < window);
	cpu = clock_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu;
	say('E');
	printf("%llu %llu %llu\n", (unsigned long long)(total - before), (unsigned long long)(now - start),
	       (unsigned long long)cpu);
	if (stamped) {
		printf("latency p50, us\t%.1f\n", quantile(&latencies, 0.50) / 1e3);
		printf("latency p99, us\t%.1f\n", quantile(&latencies, 0.99) / 1e3);
		printf("latency max, us\t%.1f\n", latencies.most / 1e3);
	}
	ring_buffer__free(reader);
}
