"""A FreeSWITCH that is a double, and workers that do not outlive their test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.doubles.freeswitch import FakeFreeSwitch
from tests.doubles.readyz import ReadyService
from tests.doubles.worker import PASSWORD, Worker


@pytest.fixture
def freeswitch() -> Iterator[FakeFreeSwitch]:
    with FakeFreeSwitch(password=PASSWORD) as server:
        yield server


@pytest.fixture
def xml_service() -> Iterator[ReadyService]:
    with ReadyService() as service:
        yield service


@pytest.fixture
def started(tmp_path: Path, xml_service: ReadyService) -> Iterator[Callable[..., Worker]]:
    workers: list[Worker] = []

    def start(esl_port: int, dsn: str, **more: str) -> Worker:
        workers.append(Worker(tmp_path, esl_port, dsn, **{"R2A_XML_BIND": xml_service.bind, **more}))
        return workers[-1]

    yield start
    for worker in workers:
        if worker.process.poll() is None:
            worker.process.kill()
            worker.process.wait()
