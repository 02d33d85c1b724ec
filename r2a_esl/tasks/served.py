"""Asks the XML service of this node what mod_sofia will ask it: a profile that FreeSWITCH has let go of needs an answer to come back."""

from __future__ import annotations

import base64
import http.client
import re
from urllib.parse import quote, urlencode

from r2a_esl.changes import xmlservice
from r2a_esl.replies import FreeSwitchStatus
from r2a_esl.settings import WorkerSettings
from r2a_esl.tasks.kinds import TaskFailedError

#: mod_xml_curl of the demo and of `r2a freeswitch-conf` waits longer; what takes so long already is no moment for a restart.
TIMEOUT_S = 5.0
MAX_BYTES = 16 * 1024 * 1024
_PROFILE = re.compile(r'^\s*<profile name="([^"]*)"', re.MULTILINE)


def is_served(settings: WorkerSettings, switch: FreeSwitchStatus, profile: str, *, running: bool) -> bool:
    """Return whether the XML service has `profile` for this node; raise TaskFailedError when it does not answer as it should.

    running: mod_sofia asks otherwise for a profile that it starts than for one that it restarts.
    """
    place = f"{settings.xml_host}:{settings.xml_port}"
    if not xmlservice.is_ready(settings.xml_host, settings.xml_port):
        raise TaskFailedError(f"the XML service at {place} is not ready, and FreeSWITCH could not get the profile back; nothing was touched")
    try:
        status, answer = _ask(settings, _form(switch, profile, running=running))
    except (OSError, http.client.HTTPException) as error:
        reason = str(error) or type(error).__name__
        raise TaskFailedError(f"the XML service at {place} did not answer for sofia.conf ({reason}); nothing was touched") from error
    if status != http.client.OK:
        hint = "; R2A_XML_CREDENTIALS must be those of the service" if status == http.client.UNAUTHORIZED else ""
        raise TaskFailedError(f"the XML service at {place} answered {status} for sofia.conf{hint}; nothing was touched")
    return profile in _PROFILE.findall(answer)


def _form(switch: FreeSwitchStatus, profile: str, *, running: bool) -> bytes:
    # As mod_xml_curl writes it: five raw fields, then the event that mod_sofia asks with.
    leading = f"hostname={switch.switchname}&section=configuration&tag_name=configuration&key_name=name&key_value=sofia.conf"
    event = {"Event-Name": "REQUEST_PARAMS", "Core-UUID": switch.core_uuid, "FreeSWITCH-Switchname": switch.switchname, "profile": profile}
    return f"{leading}&{urlencode(event | ({} if running else {'reconfig': 'true'}), quote_via=quote)}".encode()


def _ask(settings: WorkerSettings, form: bytes) -> tuple[int, str]:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    if settings.xml_credentials:
        headers["Authorization"] = "Basic " + base64.b64encode(settings.xml_credentials.reveal().encode()).decode()
    connection = http.client.HTTPConnection(settings.xml_host, settings.xml_port, timeout=TIMEOUT_S)
    try:
        connection.request("POST", "/xml", form, headers)
        response = connection.getresponse()
        return response.status, response.read(MAX_BYTES).decode("utf-8", "replace")
    finally:
        connection.close()
