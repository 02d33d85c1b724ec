"""gunicorn's entry: `gunicorn wsgi:app`."""

from __future__ import annotations

import os
import sys

from r2a_core.errors import SettingsError
from r2a_xml.app import create_app

try:
    app = create_app(os.environ)
except SettingsError as error:
    # gunicorn would print a traceback and start the next worker; 4 is its own code for an application that cannot be loaded.
    print(f"r2a: {error}", file=sys.stderr)  # noqa: T201
    sys.exit(4)
