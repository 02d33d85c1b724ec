"""What the service counts. The label values are a closed list: nothing a caller sends becomes a metric."""

from __future__ import annotations

import os

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

ANSWERS = Counter("r2a_xml_answers_total", "Questions of FreeSWITCH by kind and by how they ended", ["kind", "outcome"])
SECONDS = Histogram(
    "r2a_xml_answer_seconds",
    "Time from the first byte of the body to the answer",
    ["kind"],
    buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5),
)


def exposition() -> bytes:
    """Return the metrics in Prometheus text format, summed over the processes when gunicorn runs several."""
    if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)
