/*
 * address: which addresses of the network are everybody's, and which belong to somebody's
 * house.
 */
#ifndef LLM_ADDRESS_H
#define LLM_ADDRESS_H

#include <stdbool.h>

struct sockaddr;

/* Whether it is a public unicast address: none of this host, of a private or shared network, of
   a link (where clouds serve their metadata), of documentation, multicast or reserved (IANA's
   special-purpose registries, RFC 6890), nor one of IPv6 that stands for such an IPv4 address.
 */
bool address_is_public(const struct sockaddr *address);

#endif
