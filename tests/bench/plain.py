"""The comparison: sip_auth as a plain Flask view writes it, with psycopg's pool and lxml, on r2a's own SQL question and connection settings.

It checks nothing, counts nothing and survives no outage; what it does answer is the same user.
"""

from __future__ import annotations

import os
from typing import Any

import flask
from lxml import etree
from psycopg_pool import ConnectionPool

from r2a_core.queryfiles import load

DSN = "BENCH_PLAIN_DSN"

_SQL = load("r2a_xml.store", "directory_user")
_POOL = ConnectionPool(os.environ.get(DSN, ""), kwargs={"autocommit": True}, min_size=8, max_size=8, open=DSN in os.environ)

app = flask.Flask(__name__)


@app.post("/xml")
def xml() -> flask.Response:
    form = flask.request.form
    asked = {"domain": form["domain"], "user": form["user"], "aor": form["sip_to_user"], "cache_ms": 600_000}
    with _POOL.connection() as connection:
        row = connection.execute(_SQL, asked).fetchone()
    root = etree.Element("document", type="freeswitch/xml")
    section = etree.SubElement(root, "section", name="directory" if row else "result")
    if row:
        _user(section, form["domain"], row)
    else:
        etree.SubElement(section, "result", status="not found")
    return flask.Response(etree.tostring(root, pretty_print=True), content_type="text/xml")


def _user(section: Any, domain: str, row: tuple[Any, ...]) -> None:
    (_, context, spellings, number, name, voicemail, _, language, sound_prefix, _, timezone, a1_hash, vm_a1_hash, *_, cache_ms, _, entries) = row
    groups = etree.SubElement(etree.SubElement(section, "domain", name=domain), "groups")
    users = etree.SubElement(etree.SubElement(groups, "group", name="all"), "users")
    user = etree.SubElement(users, "user", id=number, number_alias=number, cacheable=str(cache_ms))
    dial_string = ",".join(f"${{sofia_contact(*/{number}@{spelling})}}" for spelling in spellings)
    params = {"a1-hash": a1_hash, "allow-empty-password": "false", "sip-force-user": number, "dial-string": dial_string}
    params |= {"vm-enabled": str(voicemail).lower(), "vm-a1-hash": vm_a1_hash or ""}
    variables = {"user_context": context, "user_name": number, "domain_name": domain, "effective_caller_id_name": name}
    variables |= {"effective_caller_id_number": number, "default_language": language, "sound_prefix": sound_prefix, "timezone": timezone}
    variables |= {entry_name: value for _, kind, entry_name, value in entries or () if kind == "variable"}
    for container, tag, values in (("params", "param", params), ("variables", "variable", variables)):
        parent = etree.SubElement(user, container)
        for key, value in values.items():
            etree.SubElement(parent, tag, name=key, value=value)
