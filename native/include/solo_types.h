/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The three field types of the founding convention. A field declared with one
 * of these names is shown as what it is, not as the number it is stored in.
 * The name is found anywhere along a chain of typedefs, and only the name
 * counts: a typedef of your own that is called the same does as well.
 *
 * Needs no other header, and goes with vmlinux.h as well as <linux/types.h>.
 */
#ifndef __SOLO_TYPES_H
#define __SOLO_TYPES_H

/* IPv4 address as it lies in memory, in network byte order (as in struct
 * in_addr, skc_daddr or a packet): bytes 7f 00 00 01 are 127.0.0.1 */
typedef unsigned int ipv4_addr;

/* IPv6 address, 16 bytes in network byte order. The founding header had four
 * bytes here, which cannot hold one: a field of that width, from an old
 * object, is read as IPv4 and warned about. */
typedef unsigned char ipv6_addr[16];

/* Length of time in nanoseconds */
typedef unsigned long long duration;

#endif /* __SOLO_TYPES_H */
