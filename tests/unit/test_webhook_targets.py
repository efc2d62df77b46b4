"""Which addresses outside may be called: a table of evil ones, and every private range."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.notifications.rules.targets import (
    NEEDS_HTTPS,
    NO_CREDENTIALS,
    NOT_AN_ADDRESS,
    NOT_OUTSIDE,
    NOT_PLAIN,
    ODD_PORT,
    UNKNOWN_NAME,
    Allowed,
    NotCallable,
    Target,
    check_target,
    is_outside,
    read_target,
)
from app.notifications.service import resolving

NOTHING = Allowed()
OUTSIDE = "93.184.216.34"


def refused(url: str, addresses: Sequence[str] = (OUTSIDE,), allowed: Allowed = NOTHING) -> str:
    """The sentence with which this is refused; fails where it is not."""
    with pytest.raises(NotCallable) as refusal:
        resolving.callable_at(url, allowed, lambda _host, _port: addresses)
    return str(refusal.value)


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://hooks.example.org/a?b=%2F#c", Target("https", "hooks.example.org", 443, "/a?b=%2F")),
        ("https://Hooks.Example.ORG.", Target("https", "hooks.example.org", 443, "/")),
        ("https://hooks.example.org:8443", Target("https", "hooks.example.org", 8443, "/")),
        ("https://93.184.216.34/x", Target("https", "93.184.216.34", 443, "/x")),
        ("https://[2606:4700:0:0::1]/x", Target("https", "2606:4700::1", 443, "/x")),
        ("http://inside/", Target("http", "inside", 80, "/")),
    ],
)
def test_an_address_is_taken_apart_once(url: str, target: Target) -> None:
    assert read_target(url) == target


def test_the_host_is_named_with_its_port_where_it_is_unusual() -> None:
    assert read_target("https://a.example/").host_header == "a.example"
    assert read_target("https://a.example:443/").host_header == "a.example"
    assert read_target("https://a.example:8443/").host_header == "a.example:8443"
    assert read_target("https://[2606:4700::1]:8443/").host_header == "[2606:4700::1]:8443"


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("", NOT_AN_ADDRESS),
        ("hooks.example.org/abc", NOT_AN_ADDRESS),
        ("//hooks.example.org/abc", NOT_AN_ADDRESS),
        ("https://", NOT_AN_ADDRESS),
        ("https:///abc", NOT_AN_ADDRESS),
        ("ftp://hooks.example.org/", NEEDS_HTTPS),
        ("file:///etc/passwd", NOT_AN_ADDRESS),
        ("gopher://127.0.0.1:6379/_FLUSHALL", NEEDS_HTTPS),
        ("https://user@hooks.example.org/", NO_CREDENTIALS),
        ("https://user:word@hooks.example.org/", NO_CREDENTIALS),
        ("https://hooks.example.org@127.0.0.1/", NO_CREDENTIALS),
        ("https://127.0.0.1\\@hooks.example.org/", NOT_PLAIN),
        ("https://hooks.example.org\\.inside/", NOT_PLAIN),
        ("https://hooks.example.org/a b", NOT_PLAIN),
        ("https://hooks.example.org/\r\nHost: inside", NOT_PLAIN),
        ("https://hooks.example.org/\tx", NOT_PLAIN),
        ("https://hööks.example/", NOT_PLAIN),
        ("https://ⓛocalhost/", NOT_PLAIN),
        ("https://127。0。0。1/", NOT_PLAIN),
        ("https://2130706433/", NOT_AN_ADDRESS),
        ("https://017700000001/", NOT_AN_ADDRESS),
        ("https://0x7f000001/", NOT_AN_ADDRESS),
        ("https://0x7f.1/", NOT_AN_ADDRESS),
        ("https://127.1/", NOT_AN_ADDRESS),
        ("https://127.0.0.01/", NOT_AN_ADDRESS),
        ("https://0/", NOT_AN_ADDRESS),
        ("https://1.2.3.4.5/", NOT_AN_ADDRESS),
        ("https://[::1/", NOT_AN_ADDRESS),
        ("https://[::1]inside/", NOT_AN_ADDRESS),
        ("https://inside[::1]/", NOT_AN_ADDRESS),
        ("https://[v1.inside]/", NOT_AN_ADDRESS),
        ("https://hooks..example.org/", NOT_AN_ADDRESS),
        ("https://hooks.example.org../", NOT_AN_ADDRESS),
        ("https://.example.org/", NOT_AN_ADDRESS),
        ("https://-a.example.org/", NOT_AN_ADDRESS),
        ("https://hooks%2eexample.org/", NOT_AN_ADDRESS),
        ("https://hooks.example.org:99999/", NOT_AN_ADDRESS),
        ("https://hooks.example.org:0/", NOT_AN_ADDRESS),
        ("https://hooks.example.org:-1/", NOT_AN_ADDRESS),
        ("https://hooks.example.org:22/", ODD_PORT),
        ("https://hooks.example.org:6379/", ODD_PORT),
        ("http://hooks.example.org/", NEEDS_HTTPS),
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(url: str, sentence: str) -> None:
    assert refused(url) == sentence


def test_an_address_that_is_too_long_is_refused() -> None:
    assert "500 fit" in refused("https://hooks.example.org/" + "a" * 500)


EVIL = [
    "127.0.0.1", "127.255.255.254", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",
    "169.254.169.254", "169.254.0.1", "100.64.0.1", "100.100.100.200", "192.0.0.192", "192.0.2.1", "198.18.0.1",
    "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "192.88.99.1",
    "168.63.129.16", "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254",
    "::ffff:0:127.0.0.1", "64:ff9b::127.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::1",
    "2002:a00:1::1", "2001::1", "2001:db8::1", "3fff::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1",
    "100::1", "4000::1", "5f00::1",
]  # fmt: skip


@pytest.mark.parametrize("address", EVIL)
def test_what_lies_inside_is_refused_as_a_number_and_behind_a_name(address: str) -> None:
    url = f"https://[{address}]/" if ":" in address else f"https://{address}/"
    assert refused(url, [address]) == NOT_OUTSIDE
    assert refused("https://hooks.example.org/", [address]) == NOT_OUTSIDE
    assert refused("https://hooks.example.org/", [OUTSIDE, address]) == NOT_OUTSIDE, "one inside is enough"
    assert refused("https://hooks.example.org/", [address, "2606:4700::1111"]) == NOT_OUTSIDE


@pytest.mark.parametrize(
    "address", [OUTSIDE, "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"]
)
def test_what_lies_outside_is_called(address: str) -> None:
    target, addresses = resolving.callable_at("https://hooks.example.org/x", NOTHING, lambda _host, _port: [address])
    assert (target.host, addresses) == ("hooks.example.org", (address,))


@pytest.mark.parametrize("url", ["https://localhost/", "https://localhost./", "https://LOCALHOST/", "https://[::1]/"])
def test_this_machine_as_it_really_resolves_is_refused(url: str) -> None:
    with pytest.raises(NotCallable) as refusal:
        resolving.callable_at(url, NOTHING)
    assert str(refusal.value) in {NOT_OUTSIDE, UNKNOWN_NAME}


def test_a_zone_is_refused() -> None:
    assert refused("https://[fe80::1%25eth0]/", ["fe80::1"]) in {NOT_AN_ADDRESS, NOT_OUTSIDE}
    assert refused("https://[2606:4700::1%eth0]/", [OUTSIDE]) == NOT_OUTSIDE


def test_a_name_that_nobody_knows_is_said() -> None:
    def unknown(_host: str, _port: int) -> list[str]:
        raise socket.gaierror

    with pytest.raises(NotCallable, match="Nothing is known"):
        resolving.callable_at("https://nowhere.example/", NOTHING, unknown)
    assert refused("https://nowhere.example/", []) == UNKNOWN_NAME


PRIVATE = [
    IPv4Network(one)
    for one in ("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
                "192.168.0.0/16", "224.0.0.0/4", "240.0.0.0/4")
]  # fmt: skip
PRIVATE_6 = [IPv6Network(one) for one in ("fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8", "::/96", "2001:db8::/32")]


@st.composite
def inside_4(draw: st.DrawFn) -> IPv4Address:
    network = draw(st.sampled_from(PRIVATE))
    return network[draw(st.integers(0, network.num_addresses - 1))]


@st.composite
def inside_6(draw: st.DrawFn) -> IPv6Address:
    network = draw(st.sampled_from(PRIVATE_6))
    return network[draw(st.integers(0, network.num_addresses - 1))]


@given(inside_4())
def test_no_private_range_is_outside_in_any_dress(address: IPv4Address) -> None:
    number = int(address)
    dresses = [
        address,
        IPv6Address((0xFFFF << 32) + number),
        IPv6Address((0x2002 << 112) + (number << 80) + 1),
        IPv6Address(int(IPv6Address("64:ff9b::")) + number),
    ]
    assert [str(one) for one in dresses if is_outside(one)] == []


@given(inside_6())
def test_no_private_range_of_ipv6_is_outside(address: IPv6Address) -> None:
    assert not is_outside(address)


@given(st.ip_addresses())
def test_what_is_outside_is_global(address: IPv4Address | IPv6Address) -> None:
    if is_outside(address):
        assert address.is_global
        wrong = {"multicast", "unspecified", "loopback", "private", "link_local"}
        assert [one for one in wrong if getattr(address, f"is_{one}")] == []


@given(st.text(max_size=60).map("https://{}".format) | st.text(max_size=60))
def test_any_text_is_read_or_refused_and_never_read_as_something_else(text: str) -> None:
    try:
        target = read_target(text)
    except NotCallable:
        return
    assert target.scheme in {"http", "https"}
    assert target.host == target.host.lower()
    assert not set(target.host) & set("@/\\?# []%")
    assert target.path.startswith("/")


def test_the_operator_may_allow_a_network_a_host_and_plain_http() -> None:
    allowed = Allowed.of("10.1.0.0/16, build.inside ,::1")
    assert check_target(read_target("http://10.1.2.3:9000/"), ["10.1.2.3"], allowed) == ("10.1.2.3",)
    assert check_target(read_target("http://any.example:9000/"), ["10.1.2.3"], allowed)
    assert check_target(read_target("http://Build.Inside./"), ["192.168.7.7"], allowed)
    assert check_target(read_target("http://[::1]:9000/"), ["::1"], allowed)
    assert refused("https://10.2.0.1/", ["10.2.0.1"], allowed) == NOT_OUTSIDE
    assert refused("https://any.example/", ["10.1.2.3", "10.2.0.1"], allowed) == NOT_OUTSIDE
    assert refused("https://not.build.inside/", ["192.168.7.7"], allowed) == NOT_OUTSIDE
    assert refused("http://hooks.example.org/", [OUTSIDE, "10.1.2.3"], allowed) == NEEDS_HTTPS, "all, or https"


def test_nothing_is_allowed_by_an_empty_or_broken_setting() -> None:
    for text in ("", " , ,", "300.1.1.1/99"):
        assert refused("https://10.1.2.3/", ["10.1.2.3"], Allowed.of(text)) == NOT_OUTSIDE
    assert not Allowed.of("").covers(read_target("https://a.example/"), [ip_address(OUTSIDE)])
