/*
 * address: which addresses of the network are everybody's, and which belong to somebody's
 * house.
 */
#include "llm/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

/* clang-format off */
static const struct { uint32_t net; int bits; } closed4[] = {
    {0x00000000, 8},  /* 0.0.0.0/8       this host */
    {0x0a000000, 8},  /* 10.0.0.0/8      private */
    {0x64400000, 10}, /* 100.64.0.0/10   shared by a provider's customers */
    {0x7f000000, 8},  /* 127.0.0.0/8     loopback */
    {0xa9fe0000, 16}, /* 169.254.0.0/16  link, metadata of clouds */
    {0xac100000, 12}, /* 172.16.0.0/12   private */
    {0xc0000000, 24}, /* 192.0.0.0/24    protocols */
    {0xc0000200, 24}, /* 192.0.2.0/24    documentation */
    {0xc0586300, 24}, /* 192.88.99.0/24  6to4 relays, given up */
    {0xc0a80000, 16}, /* 192.168.0.0/16  private */
    {0xc6120000, 15}, /* 198.18.0.0/15   measurements */
    {0xc6336400, 24}, /* 198.51.100.0/24 documentation */
    {0xcb007100, 24}, /* 203.0.113.0/24  documentation */
    {0xe0000000, 3},  /* 224.0.0.0/3     multicast, reserved, broadcast */
};
static const struct { uint8_t net[6]; int bits; } closed6[] = {
    {{0x20, 0x01}, 23},             /* 2001::/23     protocols, Teredo */
    {{0x20, 0x01, 0x0d, 0xb8}, 32}, /* 2001:db8::/32 documentation */
    {{0x3f, 0xff}, 20},             /* 3fff::/20     documentation */
};
/* clang-format on */

static bool
is_public4(uint32_t host)
{
    for (size_t i = 0; i < sizeof closed4 / sizeof closed4[0]; i++)
        if ((host ^ closed4[i].net) >> (32 - closed4[i].bits) == 0)
            return false;
    return true;
}

static uint32_t
embedded4(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
           bytes[3];
}

static bool
has_prefix(const uint8_t *bytes, const uint8_t *net, int bits)
{
    int whole = bits / 8, rest = bits % 8;

    return memcmp(bytes, net, (size_t)whole) == 0 &&
           (rest == 0 || (bytes[whole] ^ net[whole]) >> (8 - rest) == 0);
}

static bool
is_public6(const uint8_t *bytes)
{
    static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    static const uint8_t nat64[12] = {0, 0x64, 0xff, 0x9b};

    if (memcmp(bytes, mapped, sizeof mapped) == 0 || memcmp(bytes, nat64, sizeof nat64) == 0)
        return is_public4(embedded4(bytes + 12));
    if (bytes[0] == 0x20 && bytes[1] == 0x02) /* 2002::/16, 6to4 */
        return is_public4(embedded4(bytes + 2));
    for (size_t i = 0; i < sizeof closed6 / sizeof closed6[0]; i++)
        if (has_prefix(bytes, closed6[i].net, closed6[i].bits))
            return false;
    return bytes[0] >> 5 == 1; /* 2000::/3 is all that was given out for unicast */
}

bool
address_is_public(const struct sockaddr *address)
{
    const struct sockaddr_in *four = (const struct sockaddr_in *)(const void *)address;
    const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)(const void *)address;

    if (address->sa_family == AF_INET)
        return is_public4(ntohl(four->sin_addr.s_addr));
    return address->sa_family == AF_INET6 && is_public6(six->sin6_addr.s6_addr);
}
