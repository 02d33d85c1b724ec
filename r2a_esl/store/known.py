"""Asks what is known of all that changes speak of."""

from __future__ import annotations

from collections import defaultdict

from r2a_esl.changes.known import Concerned, Domain, Gateway, Known
from r2a_esl.store import applications
from r2a_esl.store.connection import WorkerConnection


def look_up(connection: WorkerConnection, node: str, concerned: Concerned) -> Known:
    """Return what is known of all that `concerned` names, as it is now; raise StoreUnavailable."""
    names, devices = _names(connection, concerned)
    # A credential's row says neither its extension nor its domain: both come with the names.
    domains = concerned.domains | {domain_id for found in names.values() for domain_id, _ in found}
    spellings, tenants, canonical = _spellings(connection, domains, concerned.tenants)
    place = connection.ask("change_profiles", {"node": node})
    node_id = place[0][0] if place else None
    return Known(
        node_id=node_id,
        profiles={number: name for _, number, name in place if number is not None},
        names=names,
        devices=devices,
        spellings=spellings,
        tenants=tenants,
        gateways=_gateways(connection, concerned),
        trusts_addresses=bool(connection.ask("change_trust", {})[0][0]),
        applications=applications.look_up(connection, node_id, concerned, canonical),
    )


def _names(connection: WorkerConnection, concerned: Concerned) -> tuple[dict[int, frozenset[tuple[int, str]]], dict[int, tuple[int, int, str]]]:
    names: dict[int, set[tuple[int, str]]] = defaultdict(set)
    devices: dict[int, tuple[int, int, str]] = {}
    if concerned.extensions or concerned.devices:
        asked = {"extensions": sorted(concerned.extensions), "devices": sorted(concerned.devices)}
        for extension_id, domain_id, name, device_id in connection.ask("change_names", asked):
            names[extension_id].add((domain_id, name))
            if device_id is not None:
                devices[device_id] = (extension_id, domain_id, name)
    return {extension_id: frozenset(found) for extension_id, found in names.items()}, devices


def _spellings(
    connection: WorkerConnection, domains: frozenset[int], of_tenants: frozenset[int]
) -> tuple[dict[int, frozenset[str]], dict[int, frozenset[int]], dict[int, Domain]]:
    spellings: dict[int, set[str]] = defaultdict(set)
    tenants: dict[int, set[int]] = defaultdict(set)
    canonical: dict[int, Domain] = {}
    if domains or of_tenants:
        asked = {"domains": sorted(domains), "tenants": sorted(of_tenants)}
        for domain_id, name, tenant_id, domain_name, here in connection.ask("change_spellings", asked):
            spellings[domain_id].add(name)
            tenants[tenant_id].add(domain_id)
            canonical[domain_id] = Domain(name=domain_name, here=here)
    return {key: frozenset(found) for key, found in spellings.items()}, {key: frozenset(found) for key, found in tenants.items()}, canonical


def _gateways(connection: WorkerConnection, concerned: Concerned) -> dict[int, Gateway]:
    if not concerned.gateways and not concerned.tenants:
        return {}
    rows = connection.ask("change_gateways", {"gateways": sorted(concerned.gateways), "tenants": sorted(concerned.tenants)})
    return {row[0]: Gateway(tenant_id=row[1], sip_profile_id=row[2], node_id=row[3], name=row[4], enabled=row[5]) for row in rows}
