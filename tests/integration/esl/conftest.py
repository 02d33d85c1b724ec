"""A FreeSWITCH that is a double, and workers that do not outlive their test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.doubles.freeswitch import FakeFreeSwitch
from tests.doubles.operator import Operator
from tests.doubles.readyz import ReadyService
from tests.doubles.site import Site
from tests.doubles.sofia import Sofia
from tests.doubles.worker import PASSWORD, Worker, soon
from tests.freeswitch.xmlservice import XmlService

XML_CREDENTIALS = "freeswitch:of-the-test"


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


@pytest.fixture
def site(database: str, freeswitch: FakeFreeSwitch) -> Iterator[Site]:
    one = Site(database, freeswitch)
    yield one
    one.db.close()


@pytest.fixture
def sofia(freeswitch: FakeFreeSwitch) -> Sofia:
    """Give the fake FreeSWITCH a mod_sofia with the profiles internal and external."""
    freeswitch.replies["sofia"] = module = Sofia("internal", "external")
    return module


@pytest.fixture
def operator(database: str) -> Iterator[Operator]:
    one = Operator(database)
    yield one
    one.db.close()


@pytest.fixture
def real_service(operator: Operator, tmp_path: Path) -> Iterator[XmlService]:
    """Yield the real XML service on the operator's database; it wants credentials."""
    service = XmlService({"R2A_WRITE_DSN": operator.dsn, "R2A_XML_CREDENTIALS": XML_CREDENTIALS}, tmp_path)
    try:
        service.wait_until_ready()
        yield service
    finally:
        service.stop()


@pytest.fixture
def node(
    started: Callable[..., Worker], freeswitch: FakeFreeSwitch, sofia: Sofia, operator: Operator, real_service: XmlService
) -> Callable[..., Worker]:
    """Return a function that starts the node's worker beside the real XML service, and waits until it has applied everything."""

    def start(**more: str) -> Worker:
        bind = {"R2A_XML_BIND": f"127.0.0.1:{real_service.port}", "R2A_XML_CREDENTIALS": XML_CREDENTIALS}
        worker = started(freeswitch.port, operator.dsn, **{**bind, **more})
        operator.wait_until_applied()
        soon(lambda: "listening for changes" in worker.log)
        return worker

    return start
