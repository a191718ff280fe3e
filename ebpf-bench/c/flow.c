/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Producer and consumer at once: baseline flow CASE VARIANT FOLDER FUNCTION BYTES RATE COMMAND...
 *
 * FUNCTION of FOLDER/ring.bpf.o writes to a ring of BYTES, from a thread on a CPU of its own; COMMAND consumes, as
 * consumer.h says. RATE is
 *
 *     max        as fast as possible, 4096 records a call
 *     spread     1,000,000 a second, 10 each 10 us; waits by spinning
 *     bursts     1,000,000 a second, 1000 each millisecond
 *     seldom     one each 20 ms
 *     none       1000 to begin with, then nothing
 */
#define _GNU_SOURCE
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pins.h"
#include "protocol.h"
#include "workloads.h"

#define PRODUCER_CPU 0
#define NEVER UINT64_MAX

struct rate {
	const char *name;
	uint32_t chunk;
	uint64_t period;		/* ns between chunks */
	bool spins;
};

static const struct rate rates[] = {
	{ "max", 4096, 0, false },
	{ "spread", 10, 10000, true },
	{ "bursts", 1000, 1000000, false },
	{ "seldom", 1, 20000000, false },
	{ "none", 1000, NEVER, false },
};

struct totals {
	uint64_t wall, offered, dropped, spent, cpu;
};

struct producer {
	int function;
	const struct rate *rate;
	atomic_bool stop;
	_Atomic uint64_t offered, dropped, spent, cpu;	/* spent: ns in calls of the function */
};

static const struct rate *rate_of(const char *name)
{
	for (size_t i = 0; i < sizeof(rates) / sizeof(*rates); i++)
		if (!strcmp(rates[i].name, name))
			return &rates[i];
	errno = 0;
	die("no rate '%s'", name);
}

static void wait_until(const struct producer *producer, uint64_t next)
{
	struct timespec then = { next / 1000000000, next % 1000000000 };

	if (producer->rate->spins)
		while (clock_ns(CLOCK_MONOTONIC) < next && !producer->stop)
			;
	else
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &then, NULL);
}

static void *produce(void *argument)
{
	struct producer *producer = argument;
	uint64_t next = clock_ns(CLOCK_MONOTONIC);
	struct fill fill = { .count = producer->rate->chunk };
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(PRODUCER_CPU, &cpus);
	pthread_setaffinity_np(pthread_self(), sizeof(cpus), &cpus);
	while (!producer->stop) {
		uint64_t before = clock_ns(CLOCK_MONOTONIC);

		producer->dropped += call(producer->function, &fill, sizeof(fill));
		producer->spent += clock_ns(CLOCK_MONOTONIC) - before;
		producer->offered += fill.count;
		producer->cpu = clock_ns(CLOCK_THREAD_CPUTIME_ID);
		fill.seq += fill.count;
		if (producer->rate->period == NEVER)
			break;
		if (producer->rate->period) {
			next += producer->rate->period;
			wait_until(producer, next);
		}
	}
	return NULL;
}

/* The ring of the last flow if it has the size, so that all who consume in turn consume the same. */
static int ring_of(size_t bytes)
{
	int ring = bpf_obj_get(pin_path("flow"));

	if (ring >= 0 && ring_size(ring) == bytes)
		return ring;
	if (ring >= 0) {
		close(ring);
		unlink(pin_path("flow"));
	}
	ring = bpf_map_create(BPF_MAP_TYPE_RINGBUF, "ring", 0, 0, bytes, NULL);
	if (ring < 0 || bpf_obj_pin(ring, pin_path("flow")))
		die("cannot make and pin a ring of %zu bytes at %s; run setup", bytes, pin_path("flow"));
	return ring;
}

static struct bpf_object *loaded(const char *objects, const char *function, int ring)
{
	struct bpf_object *object = ring_object(objects);
	struct bpf_program *program;

	bpf_object__for_each_program(program, object)
		bpf_program__set_autoload(program, !strcmp(bpf_program__name(program), function));
	if (bpf_map__reuse_fd(bpf_object__find_map_by_name(object, "ring"), ring) || bpf_object__load(object))
		die("cannot load %s of ring.bpf.o", function);
	return object;
}

static pid_t start(char **command, int *output)
{
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC))
		die("pipe");
	pid = fork();
	if (!pid) {
		dup2(ends[1], STDOUT_FILENO);
		execvp(command[0], command);
		die("cannot start %s", command[0]);
	}
	close(ends[1]);
	*output = ends[0];
	return pid;
}

static void await(int output, char state)
{
	char said = '\0';

	if (read(output, &said, 1) != 1 || said != state) {
		errno = 0;
		die(said ? "the consumer did not say %c but '%c'" : "the consumer ended and did not say %c", state, said);
	}
}

static struct totals totals_of(const struct producer *producer)
{
	return (struct totals){ clock_ns(CLOCK_MONOTONIC), producer->offered, producer->dropped, producer->spent,
				producer->cpu };
}

static void print(char **names, const char *unit, double wall, double cpu)
{
	printf("A.flow\t%s\t%s\t%s\t%.6g\t%.6g\t%.6g\t1\t0\n", names[0], names[1], unit, wall, cpu, wall);
}

static void print_producer(char **names, struct totals from, struct totals to)
{
	double offered = to.offered - from.offered;

	if (!offered)
		return;
	print(names, "drop%", 100 * (to.dropped - from.dropped) / offered, 0);
	print(names, "producer ns/rec", (to.spent - from.spent) / offered, (to.cpu - from.cpu) / offered);
}

static void print_consumer(char **names, FILE *output)
{
	unsigned long long consumed, wall, cpu;
	char line[128];

	if (!fgets(line, sizeof(line), output) || sscanf(line, "%llu %llu %llu", &consumed, &wall, &cpu) != 3) {
		errno = 0;
		die("the consumer told no figures");
	}
	print(names, "Mrec/s", consumed * 1e3 / wall, 0);
	if (consumed)
		print(names, "consumer CPU ns/rec", (double)cpu / consumed, (double)cpu / consumed);
	while (fgets(line, sizeof(line), output)) {
		char *value = strchr(line, '\t');

		if (value) {
			*value = '\0';
			print(names, line, atof(value + 1), 0);
		}
	}
}

void flow(char **args)
{
	int ring = ring_of(strtoull(args[4], NULL, 10)), output, status;
	struct bpf_object *object = loaded(args[2], args[3], ring);
	struct producer producer = {
		.function = bpf_program__fd(bpf_object__find_program_by_name(object, args[3])),
		.rate = rate_of(args[5]),
	};
	struct totals from, to;
	pthread_t thread;
	FILE *figures;
	pid_t pid = start(args + 6, &output);

	await(output, 'R');
	if (pthread_create(&thread, NULL, produce, &producer))
		die("cannot start the producer");
	await(output, 'S');
	from = totals_of(&producer);
	await(output, 'E');
	to = totals_of(&producer);
	producer.stop = true;
	figures = fdopen(output, "r");
	if (!figures)
		die("fdopen");
	print_consumer(args, figures);
	fclose(figures);
	pthread_join(thread, NULL);
	if (waitpid(pid, &status, 0) != pid || status) {
		errno = 0;
		die("the consumer failed: wait status %#x", status);
	}
	print_producer(args, from, to);
	bpf_object__close(object);
	close(ring);
}
