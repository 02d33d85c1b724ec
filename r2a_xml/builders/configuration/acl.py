"""Access lists -> acl.conf (contract 2.5)."""

from __future__ import annotations

from collections.abc import Iterable

from r2a_xml.builders.configuration.tree import configuration
from r2a_xml.builders.document import Element
from r2a_xml.builders.elements import element
from r2a_xml.store.rows import AclEntry, NodeAddress

#: The list of all nodes' addresses: who may send a call here without a digest, as one node of the cluster to another.
CLUSTER = "cluster"


def acl(entries: Iterable[AclEntry], nodes: Iterable[NodeAddress]) -> Element:
    """Return acl.conf with the operators' lists and the generated list of the cluster's nodes."""
    root, conf = configuration("acl.conf")
    lists = element(conf, "network-lists")
    cluster = element(lists, "list", name=CLUSTER, default="deny")
    for node in nodes:
        element(cluster, "node", type="allow", cidr=node.cidr)
    made: dict[str, Element] = {}
    for entry in entries:
        if entry.acl not in made:
            made[entry.acl] = element(lists, "list", name=entry.acl, default=_verdict(entry.allow_by_default))
        if entry.allow is None:
            continue
        if entry.cidr is not None:
            element(made[entry.acl], "node", type=_verdict(entry.allow), cidr=entry.cidr)
        elif entry.domain is not None:
            element(made[entry.acl], "node", type=_verdict(entry.allow), domain=entry.domain)
    return root


def _verdict(allow: bool) -> str:
    return "allow" if allow else "deny"
