"""Lets the test harness for core 2026.10.4 run on 2026.11.0; loaded early with ``-p tests.harness``.

Home Assistant must be imported before anything imports ``httpx``, and the harness looks for a helper where it used to
be. Delete this file when pytest-homeassistant-custom-component has a release for 2026.11.
"""

import homeassistant  # noqa: F401
from homeassistant.components import logger
from homeassistant.components.logger import helpers

logger._clear_logger_overwrites = helpers._clear_logger_overwrites  # type: ignore[attr-defined]
