"""What the server and the endpoint agree on. It imports nothing: gunicorn's first process loads the worker class before there is a place
for the counters, and whoever imported prometheus_client by then would count for himself alone."""

from __future__ import annotations

#: The key of the WSGI environment under which the server leaves a function to be called once the body has been read.
ARRIVED = "r2a.arrived"
