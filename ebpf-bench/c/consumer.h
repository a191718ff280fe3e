/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The consumer's side of flow, a process of its own, so that every language meets the same producer. It opens the ring
 * pinned as `flow` and writes to stdout
 *
 *     R                               when it can consume
 *     S                               when it is warm, and its window begins
 *     E                               when that ends, after 2 * PERF_MS or PERF_WINDOW milliseconds
 *     consumed wall_ns cpu_ns\n       of the window, right after the E
 *     UNIT\tVALUE\n                   any number of further figures
 *
 * then it exits. `stamped` takes records of stamp48 and adds how long they were on their way.
 */
#ifndef BENCH_CONSUMER_H
#define BENCH_CONSUMER_H

#include <stdbool.h>

void consume(const char *how, bool stamped);

#endif
