/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BENCH_WORKLOADS_H
#define BENCH_WORKLOADS_H

void btf_warm(void);			/* types.c */
int btf_once(const char *how);
void heap(void);

void elf_warm(const char *label, const char *path);	/* object.c */
int elf_once(const char *path);

void drain(void);			/* drain.c */
void flow(char **args);			/* flow.c */
void iterate(void);			/* tables.c */
void single(void);
void exec_once(const char *path);	/* exec.c */

#endif
