/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Times whole processes, from posix_spawn to their end.
 *
 *     spawn [-e] TIMES WORKLOAD {-- CASE VARIANT COMMAND [ARGUMENT...]}...
 *
 * The commands take turns, so that a machine that slows down slows all of them. What they print is thrown away. With -e a
 * command writes R once its probe is attached; then something is executed, and it is to end and to print the microseconds
 * of four phases: open, load, attach, close.
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
#define MOST_FIGURES 6

/* With -e; without it a command has one figure, that of its end. */
static const char *const figures[MOST_FIGURES] = {
	", to attached", ", to exit", ", open phase", ", load phase", ", attach phase", ", close phase",
};

struct command {
	char **words;
	char names[MOST_FIGURES][128];
	struct samples samples[MOST_FIGURES];
};

extern char **environ;

static uint64_t nanoseconds(struct timeval time)
{
	return time.tv_sec * 1000000000ull + time.tv_usec * 1000ull;
}

static pid_t start(char **words, int output)
{
	posix_spawn_file_actions_t actions;
	pid_t pid;

	posix_spawn_file_actions_init(&actions);
	if (output < 0)
		posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	else
		posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
	errno = posix_spawnp(&pid, words[0], &actions, NULL, words, environ);
	if (errno)
		die("cannot start %s", words[0]);
	posix_spawn_file_actions_destroy(&actions);
	return pid;
}

/* Returns the CPU time. */
static uint64_t wait_for(pid_t pid, const char *name)
{
	struct rusage usage;
	int status;

	if (wait4(pid, &status, 0, &usage) != pid)
		die("cannot wait for %s", name);
	if (status) {
		errno = 0;
		die("%s failed: wait status %#x", name, status);
	}
	return nanoseconds(usage.ru_utime) + nanoseconds(usage.ru_stime);
}

static void run(struct command *command)
{
	uint64_t before = clock_ns(CLOCK_MONOTONIC);
	pid_t pid = start(command->words, -1);
	uint64_t cpu = wait_for(pid, command->words[0]);

	add_sample(&command->samples[0], clock_ns(CLOCK_MONOTONIC) - before, cpu);
}

static void run_with_event(struct command *command)
{
	char *trigger[] = { "/bin/true", NULL }, said, line[256];
	uint64_t before = clock_ns(CLOCK_MONOTONIC), attached, ended, cpu;
	double micros[4];
	int ends[2];
	FILE *output;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC))
		die("pipe");
	pid = start(command->words, ends[1]);
	close(ends[1]);
	if (read(ends[0], &said, 1) != 1 || said != 'R') {
		errno = 0;
		die("%s did not attach", command->words[0]);
	}
	attached = clock_ns(CLOCK_MONOTONIC);
	wait_for(start(trigger, -1), trigger[0]);
	cpu = wait_for(pid, command->words[0]);
	ended = clock_ns(CLOCK_MONOTONIC);
	output = fdopen(ends[0], "r");
	if (!output || !fgets(line, sizeof(line), output) ||
	    sscanf(line, "%lf %lf %lf %lf", micros, micros + 1, micros + 2, micros + 3) != 4) {
		errno = 0;
		die("%s told no phases", command->words[0]);
	}
	fclose(output);
	add_sample(&command->samples[0], attached - before, cpu);
	add_sample(&command->samples[1], ended - before, cpu);
	for (int i = 0; i < 4; i++)
		add_sample(&command->samples[2 + i], micros[i] * 1e3, 0);
}

static void parse(struct command *command, const char *workload, char **words, int used, bool event)
{
	command->words = words + 2;
	for (int i = 0; i < used; i++) {
		snprintf(command->names[i], sizeof(command->names[i]), "%s%s", words[0], event ? figures[i] : "");
		command->samples[i] = samples_of(workload, command->names[i], words[1], "ms", 1e6);
	}
}

int main(int argc, char **argv)
{
	static struct command commands[MOST_COMMANDS];
	bool event = argc > 1 && !strcmp(argv[1], "-e");
	int count = 0, used = event ? MOST_FIGURES : 1, times;

	argc -= event;
	argv += event;
	times = argc > 1 ? atoi(argv[1]) : 0;
	for (int i = 3; i < argc; i++) {
		if (strcmp(argv[i], "--"))
			continue;
		argv[i] = NULL;		/* ends the command before */
		if (count == MOST_COMMANDS || i + 3 >= argc)
			die("a case, a variant and a command must follow --; %d at most", MOST_COMMANDS);
		parse(&commands[count++], argv[2], argv + i + 1, used, event);
	}
	if (!count || times < 1)
		die("usage: %s [-e] TIMES WORKLOAD {-- CASE VARIANT COMMAND [ARGUMENT...]}...", argv[0]);
	for (int time = 0; time < times; time++)
		for (int i = 0; i < count; i++)
			(event ? run_with_event : run)(&commands[i]);
	for (int i = 0; i < count; i++)
		for (int figure = 0; figure < used; figure++)
			report(&commands[i].samples[figure], 0);
	return 0;
}
