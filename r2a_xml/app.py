"""create_app(): settings, database, the question endpoint, and the pages for people and monitors."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Any

import flask

from r2a_core import logs
from r2a_core.database import Database
from r2a_xml import metrics
from r2a_xml.arrival import ARRIVED
from r2a_xml.endpoint import Endpoint, StartResponse, readiness
from r2a_xml.sections.context import Context
from r2a_xml.settings import XmlSettings

PATH = "/xml"

log = logging.getLogger("r2a_xml.app")


def make_context(settings: XmlSettings) -> Context:
    """Return what the sections need, its pools already connecting in the background."""
    database = Database(settings.database, application="r2a-xml", role="r2a_service", pool_size=settings.threads)
    database.open()
    return Context(database, settings)


def create_app(variables: Mapping[str, str]) -> flask.Flask:
    """Return the WSGI application for the environment `variables`; raise SettingsError when it describes none. Starts without a database."""
    settings = XmlSettings.from_environment(variables)
    logs.set_up(settings.log_level)
    context = make_context(settings)
    app = flask.Flask("r2a_xml", static_folder=None)

    @app.get("/healthz")
    def healthz() -> tuple[str, int]:
        return "alive\n", 200

    @app.get("/readyz")
    def readyz() -> tuple[str, int]:
        ready, text = readiness(context)
        return f"{text}\n", 200 if ready else 503

    @app.get("/metrics")
    def exposition() -> flask.Response:
        return flask.Response(metrics.exposition(), content_type="text/plain; version=0.0.4; charset=utf-8")

    endpoint, pages = Endpoint(context), app.wsgi_app

    def dispatch(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] == PATH:
            return endpoint(environ, start_response)
        # A page has no body to wait for; readiness takes as long as the database lets it.
        if ARRIVED in environ:
            environ[ARRIVED]()
        return pages(environ, start_response)

    app.wsgi_app = dispatch  # type: ignore[method-assign]
    return app
