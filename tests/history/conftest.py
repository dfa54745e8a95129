"""An office whose app may read the call log and the voicemail."""

import pytest

from simulator.logins import HISTORY_PERMISSIONS

LOG = ("GET", "/restapi/v1.0/account/{accountId}/extension/{extensionId}/call-log-sync")


@pytest.fixture
def permissions():
    return HISTORY_PERMISSIONS


@pytest.fixture
def options():
    return {"watch": ["own"]}


@pytest.fixture
def reads(simulator):
    """How often the log was read so far."""
    return lambda: simulator.requests[LOG]


@pytest.fixture
def history(office):
    """The history of the office, once the log has been read."""
    return lambda: office.coordinator.history
