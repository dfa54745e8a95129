"""Lets the test harness for core 2026.10.4 run on 2026.11.0; loaded early with ``-p tests.harness``.

Home Assistant must be imported before anything imports ``httpx``, and the harness looks for a helper where it used to
be. Delete that when pytest-homeassistant-custom-component has a release for 2026.11.

Home Assistant's executor interrupts an idle thread that has not ended within half a second, and leaves the others
behind then; on a machine under load that fails tests at their end.
"""

import homeassistant  # noqa: F401
from homeassistant.components import logger
from homeassistant.components.logger import helpers
from homeassistant.util import executor

logger._clear_logger_overwrites = helpers._clear_logger_overwrites  # type: ignore[attr-defined]
executor.EXECUTOR_SHUTDOWN_TIMEOUT = 300
