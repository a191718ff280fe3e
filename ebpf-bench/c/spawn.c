/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Times whole processes, from posix_spawn to their end.
 *
 *     spawn TIMES WORKLOAD {-- CASE VARIANT COMMAND [ARGUMENT...]}...
 *
 * The commands take turns, so that a machine that slows down slows all of them. What they print is thrown away.
 * A line each, as protocol.h says, in milliseconds; the CPU time is that of the command, user and system.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "protocol.h"

#define MOST_COMMANDS 16

extern char **environ;

static uint64_t nanoseconds(struct timeval time)
{
	return time.tv_sec * 1000000000ull + time.tv_usec * 1000ull;
}

static void run(char **command, struct samples *samples)
{
	posix_spawn_file_actions_t actions;
	struct rusage usage;
	uint64_t before;
	int status;
	pid_t pid;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	before = clock_ns(CLOCK_MONOTONIC);
	errno = posix_spawnp(&pid, command[0], &actions, NULL, command, environ);
	if (errno)
		die("cannot start %s", command[0]);
	if (wait4(pid, &status, 0, &usage) != pid)
		die("cannot wait for %s", command[0]);
	add_sample(samples, clock_ns(CLOCK_MONOTONIC) - before,
		   nanoseconds(usage.ru_utime) + nanoseconds(usage.ru_stime));
	posix_spawn_file_actions_destroy(&actions);
	if (status) {
		errno = 0;
		die("%s failed: wait status %#x", command[0], status);
	}
}

int main(int argc, char **argv)
{
	struct samples samples[MOST_COMMANDS];
	char **commands[MOST_COMMANDS];
	int count = 0, times = argc > 1 ? atoi(argv[1]) : 0;

	for (int i = 3; i < argc; i++) {
		if (strcmp(argv[i], "--"))
			continue;
		argv[i] = NULL;		/* ends the command before */
		if (count == MOST_COMMANDS || i + 3 >= argc)
			die("a case, a variant and a command must follow --; %d at most", MOST_COMMANDS);
		samples[count] = samples_of(argv[2], argv[i + 1], argv[i + 2], "ms", 1e6);
		commands[count++] = argv + i + 3;
	}
	if (!count || times < 1)
		die("usage: %s TIMES WORKLOAD {-- CASE VARIANT COMMAND [ARGUMENT...]}...", argv[0]);
	for (int time = 0; time < times; time++)
		for (int i = 0; i < count; i++)
			run(commands[i], &samples[i]);
	for (int i = 0; i < count; i++)
		report(&samples[i], 0);
	return 0;
}
