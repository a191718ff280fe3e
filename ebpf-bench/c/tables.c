/* SPDX-License-Identifier: Apache-2.0 */
/* Maps: every row, and one row. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <sys/mman.h>
#include <unistd.h>

#include "pins.h"
#include "protocol.h"
#include "workloads.h"

#define BATCH 4096
#define OPERATIONS 100000

/* struct key of bpf/maps.bpf.c */
struct key {
	uint64_t index, scrambled;
};

struct row;

struct table {
	const char *name, *pin;
	uint32_t rows, cpus;
	int fd;
	struct key *keys;		/* BATCH of them */
	uint64_t *values;		/* and for each CPU */
	bool is_walked;			/* by a program, into memory that is mapped */
	int walk;
	const struct row *copies;
};

static uint64_t one_by_one(const struct table *table)
{
	struct key key, *before = NULL;
	uint64_t sum = 0;

	while (!bpf_map_get_next_key(table->fd, before, &key)) {
		if (!bpf_map_lookup_elem(table->fd, &key, table->values))
			for (uint32_t cpu = 0; cpu < table->cpus; cpu++)
				sum += table->values[cpu];
		before = &key;
	}
	return sum;
}

static uint64_t in_batches(const struct table *table)
{
	uint32_t cursor, *from = NULL;
	uint64_t sum = 0;
	int error;

	do {
		uint32_t count = BATCH;

		error = bpf_map_lookup_batch(table->fd, from, &cursor, table->keys, table->values, &count, NULL);
		if (error && errno != ENOENT)
			die("bpf_map_lookup_batch");
		for (uint32_t i = 0; i < count * table->cpus; i++)
			sum += table->values[i];
		from = &cursor;
	} while (!error);
	return sum;
}

/* struct row of bpf/walk.bpf.c */
struct row {
	struct key key;
	uint64_t value;
};

static uint64_t walked(const struct table *table)
{
	uint64_t count = 0, sum = 0;
	uint32_t rows = call(table->walk, &count, sizeof(count));

	for (uint32_t i = 0; i < rows; i++)
		sum += table->copies[i].value;
	return sum;
}

static void measure_all(const struct table *table, const char *variant, uint64_t (*work)(const struct table *))
{
	struct samples s = samples_of("B.iterate", table->name, variant, "ns/entry", table->rows);
	uint64_t wanted = (uint64_t)table->rows * (table->rows - 1) / 2 * table->cpus;

	while (wants_more(&s, 3)) {
		uint64_t sum;

		begin(&s);
		sum = work(table);
		end(&s);
		if (sum != wanted) {
			errno = 0;
			die("%s, %s: the values add up to %llu", table->name, variant, (unsigned long long)sum);
		}
	}
	report(&s, wanted);
}

static void measure_walk(struct table *table)
{
	size_t size = (size_t)table->rows * sizeof(struct row);
	char name[32];
	int rows;

	snprintf(name, sizeof(name), "walk_%s", table->pin);
	table->walk = pinned(name);
	snprintf(name, sizeof(name), "rows_%s", table->pin);
	rows = pinned(name);
	table->copies = mmap(NULL, size, PROT_READ, MAP_SHARED, rows, 0);
	if (table->copies == MAP_FAILED)
		die("cannot map %s", name);
	measure_all(table, "walked by a program", walked);
	munmap((void *)table->copies, size);
	close(rows);
	close(table->walk);
}

void iterate(void)
{
	uint32_t cpus = libbpf_num_possible_cpus();
	struct table tables[] = {
		{ .name = "hash 1M", .pin = "h1m", .rows = 1000000, .cpus = 1, .is_walked = true },
		{ .name = "hash 10k", .pin = "h10k", .rows = 10000, .cpus = 1, .is_walked = true },
		{ .name = "percpu hash 10k", .pin = "ph10k", .rows = 10000, .cpus = cpus },
	};

	for (size_t i = 0; i < sizeof(tables) / sizeof(*tables); i++) {
		struct table *table = &tables[i];
		size_t keys = BATCH * sizeof(struct key), values = BATCH * sizeof(uint64_t) * table->cpus;

		table->fd = pinned(table->pin);
		table->keys = malloc(keys);
		table->values = malloc(values);
		if (!table->keys || !table->values)
			die("no memory for a batch");
		memset(table->keys, 1, keys);		/* page faults are not what is measured */
		memset(table->values, 1, values);
		measure_all(table, "next_key+lookup", one_by_one);
		measure_all(table, "lookup_batch 4096", in_batches);
		if (table->is_walked)
			measure_walk(table);
		free(table->keys);
		free(table->values);
		close(table->fd);
	}
}

/* Marsaglia's xorshift64, with the numbers of his paper; Tables.java does the same. */
static uint32_t *order(uint32_t rows)
{
	uint32_t *indexes = malloc(OPERATIONS * sizeof(*indexes));
	uint64_t x = 88172645463325252ull;

	if (!indexes)
		die("no memory for indexes");
	for (size_t i = 0; i < OPERATIONS; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		indexes[i] = x % rows;
	}
	return indexes;
}

/* As key_of in bpf/maps.bpf.c. */
static struct key key_of(uint64_t index)
{
	uint64_t x = index;

	x ^= x >> 31;
	x *= 0x9e3779b97f4a7c15ull;
	x ^= x >> 29;
	return (struct key){ .index = index, .scrambled = x };
}

static void measure_one(const char *name, int fd, const void *keys, size_t key_size, const uint32_t *indexes,
			bool update)
{
	struct samples s = samples_of("F.single", name, update ? "update" : "lookup", "ns/op", OPERATIONS);
	uint64_t sum = 0;

	while (wants_more(&s, 3)) {
		int failed = 0;

		sum = 0;
		begin(&s);
		for (size_t i = 0; i < OPERATIONS; i++) {
			const char *key = (const char *)keys + i * key_size;
			uint64_t value = indexes[i];

			if (update) {
				failed |= bpf_map_update_elem(fd, key, &value, BPF_ANY);
			} else {
				failed |= bpf_map_lookup_elem(fd, key, &value);
				sum += value;
			}
		}
		end(&s);
		if (failed)
			die("%s: an operation failed", name);
	}
	report(&s, sum);
}

void single(void)
{
	int hash = pinned("h10k"), numbers = pinned("n10k"), array = pinned("a10k");
	uint32_t *indexes = order(10000);
	struct key *keys = malloc(OPERATIONS * sizeof(*keys));
	uint64_t *wide = malloc(OPERATIONS * sizeof(*wide));

	if (!keys || !wide)
		die("no memory for keys");
	for (size_t i = 0; i < OPERATIONS; i++) {
		keys[i] = key_of(indexes[i]);
		wide[i] = indexes[i];
	}
	for (int update = 0; update < 2; update++) {
		measure_one("hash 10k", hash, keys, sizeof(*keys), indexes, update);
		measure_one("hash 10k of numbers", numbers, wide, sizeof(*wide), indexes, update);
		measure_one("array 10k", array, indexes, sizeof(*indexes), indexes, update);
	}
	free(wide);
	free(keys);
	free(indexes);
	close(array);
	close(numbers);
	close(hash);
}
