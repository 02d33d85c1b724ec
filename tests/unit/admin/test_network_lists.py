"""Access lists as FreeSWITCH reads them (switch_network_list_validate_ip_port_token), address by address."""

from __future__ import annotations

import ipaddress

import pytest

from r2a_admin.network_lists import NetworkList, is_true, parsed


def made(*texts: str, default: bool = False) -> NetworkList:
    """Return a list of ranges; with - in front they are refused."""
    return NetworkList(name="x", allows_by_default=default, entries=parsed((not text.startswith("-"), text.removeprefix("-")) for text in texts))


CASES = [
    # The most specific range decides, wherever it stands.
    (made("192.0.2.0/24", "-192.0.2.128/25", "192.0.2.200/32"), "192.0.2.200", True),
    (made("192.0.2.200/32", "-192.0.2.128/25", "192.0.2.0/24"), "192.0.2.129", False),
    # Of two equal ones the first: FreeSWITCH keeps the last one in front, and goes on to the end.
    (made("192.0.2.0/24", "-192.0.2.0/24"), "192.0.2.1", True),
    (made("-192.0.2.0/24", "192.0.2.0/24"), "192.0.2.1", False),
    # Everybody is a range, too.
    (made("0.0.0.0/0"), "203.0.113.1", True),
    (made("0.0.0.0/0"), "2001:db8::1", False),
    (made("-::/0", default=True), "2001:db8::1", False),
    (made("-::/0", default=True), "192.0.2.1", True),
    (made(), "192.0.2.1", False),
    (made(default=True), "192.0.2.1", True),
    (made("192.0.2.0/24"), "::ffff:192.0.2.1", True),
    (made("192.0.2.0/24,198.51.100.0/24"), "198.51.100.7", True),
    # Neither is a range to FreeSWITCH.
    (made("192.0.2.1", "::ffff:192.0.2.0/120"), "192.0.2.1", False),
]


@pytest.mark.parametrize(("one", "address", "allowed"), CASES)
def test_verdicts(one: NetworkList, address: str, allowed: bool) -> None:
    assert one.allows(ipaddress.ip_address(address)) is allowed


def test_probes_are_both_sides_of_each_edge() -> None:
    assert [str(address) for address in made("192.0.2.0/30").probes()] == ["192.0.2.0", "192.0.2.3", "192.0.1.255", "192.0.2.4"]
    assert [str(address) for address in made("0.0.0.0/0").probes()] == ["0.0.0.0", "255.255.255.255"]
    assert str(list(made("2001:db8::/32").probes())[-1]) == "2001:db9::"
    assert len(list(made().probes())) == 2


def test_what_freeswitch_takes_for_true() -> None:
    assert all(map(is_true, ("allow", "ALLOW", "true", "1")))
    assert not any(map(is_true, ("deny", "0", "", "no")))
