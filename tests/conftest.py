"""Fixtures shared by all tests."""

import pytest

import custom_components.ringcentral  # noqa: F401  (else the harness's own custom_components package would be found)


@pytest.fixture(autouse=True)
def auto_enable_custom_integrations(request):
    """Let Home Assistant find this integration, in tests that start one."""
    if "hass" in request.fixturenames:
        request.getfixturevalue("enable_custom_integrations")
