"""Whose attempts are counted: the last hop that is not a trusted proxy."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from cti.desk.addresses import client_address

LOCAL = (ip_network("127.0.0.0/8"), ip_network("::1"))
OFFICE = (*LOCAL, ip_network("10.0.0.0/8"))


@pytest.mark.parametrize(
    ("peer", "forwarded", "trusted", "found"),
    [
        ("203.0.113.7", [], LOCAL, "203.0.113.7"),
        ("203.0.113.7", ["198.51.100.1"], LOCAL, "203.0.113.7"),
        ("127.0.0.1", ["198.51.100.1"], (), "127.0.0.1"),
        ("127.0.0.1", [], LOCAL, "127.0.0.1"),
        ("127.0.0.1", ["198.51.100.1"], LOCAL, "198.51.100.1"),
        ("::1", ["2001:DB8::1"], LOCAL, "2001:db8::1"),
        ("::ffff:127.0.0.1", ["198.51.100.1"], LOCAL, "198.51.100.1"),
        ("127.0.0.1", ["1.1.1.1, 198.51.100.1"], LOCAL, "198.51.100.1"),
        ("127.0.0.1", ["1.1.1.1", "198.51.100.1"], LOCAL, "198.51.100.1"),
        ("127.0.0.1", ["198.51.100.1, 10.0.0.3"], OFFICE, "198.51.100.1"),
        ("127.0.0.1", ["10.0.0.9, 10.0.0.3"], OFFICE, "10.0.0.9"),
        ("127.0.0.1", ["1.1.1.1, unknown, 10.0.0.3"], OFFICE, "10.0.0.3"),
        ("127.0.0.1", ["nonsense"], LOCAL, "127.0.0.1"),
        ("127.0.0.1", ["1.1.1.1, "], LOCAL, "127.0.0.1"),
        ("", ["198.51.100.1"], LOCAL, ""),
    ],
)
def test_only_what_a_trusted_proxy_says_is_believed(
    peer: str, forwarded: list[str], trusted: tuple[object, ...], found: str
) -> None:
    assert client_address(peer, forwarded, trusted) == found
