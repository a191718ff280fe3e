// SPDX-License-Identifier: Apache-2.0
// Relocations with addends, common and absolute symbols, thread-local data: what BPF does not have and ELF does.
//
// answer.x86-64.o:
//   clang-19 -O1 -target x86_64-linux-gnu -fno-asynchronous-unwind-tables -fcommon -fno-pic -c answer.c -o answer.x86-64.o

int shared;
static int table[4] = {1, 2, 3, 4};
int *third = &table[2];
__thread int mine;
__attribute__((visibility("hidden"))) int unseen = 3;
extern int elsewhere(int) __attribute__((weak));
__asm__(".globl answer_abs\nanswer_abs = 42");

int answer(int i)
{
    return elsewhere(table[i] + mine) + unseen;
}
