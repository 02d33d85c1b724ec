"""Whether the XML service of this node could answer FreeSWITCH now."""

from __future__ import annotations

import http.client

_TIMEOUT_S = 2.0


def is_ready(host: str, port: int) -> bool:
    """Return whether /readyz says so within two seconds."""
    connection = http.client.HTTPConnection(host, port, timeout=_TIMEOUT_S)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
