/* SPDX-License-Identifier: Apache-2.0 */
/* How many took how long, in steps of 1/16: as Latencies.java. */
#ifndef BENCH_LATENCY_H
#define BENCH_LATENCY_H

#include <stdint.h>

#define STEPS 16

struct latencies {
	uint64_t counts[64 * STEPS];
	uint64_t count, most;
};

static inline unsigned int place_of(uint64_t nanos)
{
	int log = 63 - __builtin_clzll(nanos | STEPS);

	return nanos < STEPS ? nanos : (log - 3) * STEPS + (nanos >> (log - 4)) % STEPS;
}

/* The least that has a place. */
static inline uint64_t least_at(unsigned int place)
{
	return place < STEPS ? place : (uint64_t)(STEPS + place % STEPS) << (place / STEPS - 1);
}

static inline void add_latency(struct latencies *l, uint64_t nanos)
{
	l->counts[place_of(nanos)]++;
	l->count++;
	if (nanos > l->most)
		l->most = nanos;
}

static inline uint64_t quantile(const struct latencies *l, double part)
{
	uint64_t seen = 0;

	for (unsigned int place = 0; place < 64 * STEPS; place++) {
		seen += l->counts[place];
		if (seen && seen >= part * l->count)
			return least_at(place);
	}
	return 0;
}

#endif
