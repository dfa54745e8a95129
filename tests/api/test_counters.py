"""What the transports count begins at nothing, and is plain for diagnostics."""

import msgspec
import pytest

from custom_components.ringcentral.api.counters import GatewayCounters, WebhookCounters


@pytest.mark.parametrize("kind", [GatewayCounters, WebhookCounters])
def test_counters_begin_at_zero(kind):
    shown = msgspec.to_builtins(kind())
    assert shown
    assert set(shown.values()) == {0}
