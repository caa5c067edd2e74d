/*
 * address: only addresses that are everybody's are public, however they are written.
 */
#include "llm/address.h"

#include "suite.h"

#include <arpa/inet.h>
#include <string.h>

static bool
is_public(const char *text)
{
    struct sockaddr_in four = {.sin_family = AF_INET};
    struct sockaddr_in6 six = {.sin6_family = AF_INET6};

    if (inet_pton(AF_INET, text, &four.sin_addr) == 1)
        return address_is_public((struct sockaddr *)&four);
    CU_ASSERT_EQUAL_FATAL(inet_pton(AF_INET6, text, &six.sin6_addr), 1);
    return address_is_public((struct sockaddr *)&six);
}

static void
test_public(void)
{
    static const char *const texts[] = {
        "1.1.1.1",          "8.8.8.8",         "9.255.255.255",     "11.0.0.0",
        "100.63.255.255",   "100.128.0.0",     "126.255.255.255",   "128.0.0.1",
        "169.253.255.255",  "169.255.0.0",     "172.15.0.1",        "172.32.0.1",
        "192.167.0.1",      "192.169.0.1",     "198.17.0.1",        "198.20.0.1",
        "223.255.255.255",  "2606:4700::1",    "2a00:1450:4001::1", "::ffff:1.1.1.1",
        "64:ff9b::808:808", "2002:808:808::1", "2001:200::1",       "2001:dc0::1",
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (!is_public(texts[i]))
            CU_FAIL(texts[i]);
}

static void
test_closed(void)
{
    static const char *const texts[] = {
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "10.255.255.255",
        "100.64.0.1",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.255.255",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.8",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.1.1.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:a00:1::1",
        "3fff::1",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "4000::1",
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (is_public(texts[i]))
            CU_FAIL(texts[i]);
}

static void
test_other(void)
{
    struct sockaddr other = {.sa_family = AF_UNIX};

    CU_ASSERT_FALSE(address_is_public(&other));
}

SUITE("address", {"what is everybody's is public", test_public},
      {"what is of a house, a link or nobody is not", test_closed},
      {"nor is what is no address of the network", test_other});
