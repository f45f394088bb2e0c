"""Whose request it is, by address, where proxies stand in front. Pure.

Believes ``X-Forwarded-For`` only from a trusted proxy, hop by hop from the nearest: what a stranger writes into it is
never reached.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Network = IPv4Network | IPv6Network


def client_address(peer: str, forwarded: Sequence[str], trusted: Sequence[Network]) -> str:
    """The last hop that is not a trusted proxy. ``forwarded``: the header's lines, each a list of hops, the nearest
    last. A hop that is no address ends the search at the one that named it."""
    named = [hop.strip() for line in forwarded for hop in line.split(",")]
    nearest = peer
    while (known := _address(nearest)) is not None and any(known in network for network in trusted):
        further = _address(named.pop()) if named else None
        if further is None:
            return nearest
        nearest = str(further)
    return nearest


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found
