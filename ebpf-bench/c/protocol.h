/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The output of a harness, one line a figure, separated by tabs:
 *
 *     workload case variant unit wall_median cpu_median wall_min samples check
 *
 * and what it takes to make one: clocks, samples, medians.
 */
#ifndef BENCH_PROTOCOL_H
#define BENCH_PROTOCOL_H

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Enough for 200 ms of one microsecond each; what comes after is measured no more. */
#define MAX_SAMPLES (1 << 18)

struct samples {
	const char *workload, *name, *variant;
	double per;			/* nanoseconds a unit */
	const char *unit;
	size_t count;
	uint64_t spent;			/* wall nanoseconds of all samples */
	uint64_t wall0, cpu0;		/* when the running sample began */
	double *wall, *cpu;
};

__attribute__((noreturn, format(printf, 1, 2)))
static inline void die(const char *what, ...)
{
	int error = errno;
	va_list args;

	va_start(args, what);
	vfprintf(stderr, what, args);
	va_end(args);
	fprintf(stderr, error ? ": %s\n" : "\n", strerror(error));
	exit(1);
}

static inline uint64_t clock_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * 1000000000ull + now.tv_nsec;
}

static inline uint64_t budget_ns(void)
{
	const char *ms = getenv("PERF_MS");

	return (ms ? strtoull(ms, NULL, 10) : 200) * 1000000;
}

static inline struct samples samples_of(const char *workload, const char *name, const char *variant,
					const char *unit, double per)
{
	struct samples s = { .workload = workload, .name = name, .variant = variant, .unit = unit, .per = per };

	s.wall = malloc(MAX_SAMPLES * sizeof(*s.wall));
	s.cpu = malloc(MAX_SAMPLES * sizeof(*s.cpu));
	if (!s.wall || !s.cpu)
		die("no memory for samples");
	/* touched now: the page faults are not those of what is measured */
	memset(s.wall, 1, MAX_SAMPLES * sizeof(*s.wall));
	memset(s.cpu, 1, MAX_SAMPLES * sizeof(*s.cpu));
	return s;
}

static inline bool wants_more(const struct samples *s, size_t least)
{
	return s->count < MAX_SAMPLES && (s->count < least || s->spent < budget_ns());
}

static inline void add_sample(struct samples *s, uint64_t wall, uint64_t cpu)
{
	s->wall[s->count] = wall / s->per;
	s->cpu[s->count++] = cpu / s->per;
	s->spent += wall;
}

static inline void begin(struct samples *s)
{
	s->cpu0 = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
	s->wall0 = clock_ns(CLOCK_MONOTONIC);
}

static inline void end(struct samples *s)
{
	uint64_t wall = clock_ns(CLOCK_MONOTONIC) - s->wall0;

	add_sample(s, wall, clock_ns(CLOCK_PROCESS_CPUTIME_ID) - s->cpu0);
}

static inline int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static inline double median(double *values, size_t count)
{
	qsort(values, count, sizeof(*values), by_value);
	return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

/* Prints the line and ends the samples. */
static inline void report(struct samples *s, uint64_t check)
{
	double wall = median(s->wall, s->count), cpu = median(s->cpu, s->count);

	printf("%s\t%s\t%s\t%s\t%.6g\t%.6g\t%.6g\t%zu\t%llu\n", s->workload, s->name, s->variant, s->unit, wall, cpu,
	       s->wall[0], s->count, (unsigned long long)check);
	fflush(stdout);
	free(s->wall);
	free(s->cpu);
}

#endif
