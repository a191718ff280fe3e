/**
 * From C types to the application's own Java types: which component takes which field, checked once, and a compiled
 * method handle that reads them all.
 *
 * <pre>
 *   C                              Java
 *   integer of n bits              byte, short, int, long (boxed too): of n bits it takes the bits as they are, of more
 *                                  it takes the value; BigInteger: the value; Number: Long, or BigInteger over 2^63
 *   bool                           boolean
 *   float, double                  float, double (float only from float)
 *   char[N], char                  String
 *   enum                           EnumValue, String, or a Java enum with a constant for each C constant
 *   ipv4_addr, ipv6_addr           Inet4Address, Inet6Address, InetAddress, String
 *   duration                       Duration
 *   struct                         record
 *   array                          array of any of these, byte[] for one of bytes; for char[N] a String
 * </pre>
 */
package io.ebpf4j.internal.bind;
