"""Access lists as FreeSWITCH reads them: who is let in, and which addresses show whether a running list is the configured one.

The most specific range that holds an address decides; of two equally specific ones the first. No range: the list's default. IPv4 and IPv6 apart.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

#: Asked of a list that names no range: addresses that nobody has (RFC 5737, RFC 3849).
_ANYBODY = ("203.0.113.1", "2001:db8::1")
_TRUE = ("yes", "on", "true", "t", "enabled", "active", "allow")


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkList:
    """A list: (allow, range) in the order of the document, and what holds for everybody else."""

    name: str
    allows_by_default: bool
    entries: Sequence[tuple[bool, Network]]

    def allows(self, address: Address) -> bool:
        """Return whether FreeSWITCH lets `address` in."""
        address = _plain(address)
        allowed, bits = self.allows_by_default, -1
        for allow, network in self.entries:
            if address.version == network.version and network.prefixlen > bits and address in network:
                allowed, bits = allow, network.prefixlen
        return allowed

    def probes(self) -> Iterator[Address]:
        """Yield the addresses at the edges of each range, on both sides of them."""
        if not self.entries:
            yield from map(ipaddress.ip_address, _ANYBODY)
        for _, network in self.entries:
            first, last = int(network[0]), int(network[-1])
            for number in (first, last, first - 1, last + 1):
                if 0 <= number < 2**network.max_prefixlen:
                    yield ipaddress.IPv4Address(number) if network.version == 4 else ipaddress.IPv6Address(number)


def parsed(texts: Iterable[tuple[bool, str]]) -> list[tuple[bool, Network]]:
    """Return (allow, range) for each range of each text (FreeSWITCH takes several with commas); what is no range it leaves out, too."""
    found: list[tuple[bool, Network]] = []
    for allow, text in texts:
        for part in text.split(","):
            try:
                network = ipaddress.ip_network(part.strip(), strict=False) if "/" in part else None
            except ValueError:
                continue
            # FreeSWITCH cuts ::ffff: off, and then the bits are too many for it.
            if network is not None and not part.strip().lower().startswith("::ffff:"):
                found.append((allow, network))
    return found


def is_true(text: str) -> bool:
    """Return whether FreeSWITCH takes `text` for true (switch_true)."""
    return text.strip().lower() in _TRUE or (text.isascii() and text.isdigit() and int(text) != 0)


def _plain(address: Address) -> Address:
    # ::ffff:192.0.2.1 is looked for as 192.0.2.1.
    return (address.ipv4_mapped or address) if isinstance(address, ipaddress.IPv6Address) else address
