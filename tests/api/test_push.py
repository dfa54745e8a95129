"""What all transports share: the protocol, the pauses between attempts, and a listener with faults of its own."""

import pytest

from custom_components.ringcentral.api.gateway import Gateway
from custom_components.ringcentral.api.push import Backoff, notify
from custom_components.ringcentral.api.webhook_subscription import WebhookSubscription


@pytest.mark.parametrize("transport", [Gateway, WebhookSubscription])
def test_every_transport_has_what_the_push_calls(transport):
    members = {"kind", "run", "stop", "set_filters", "renew"}
    assert members <= {name for name in dir(transport) if not name.startswith("_")}


def test_a_fault_of_the_listener_is_logged_and_goes_no_further(caplog):
    notify(lambda error: 1 / error, 0)
    assert "The listener of the push failed" in caplog.text


# Pauses between attempts


def delays(backoff, count, connected_for=0.0, retry_after=None):
    return [backoff.next_delay(connected_for, retry_after) for _ in range(count)]


def test_delay_doubles_up_to_a_limit_with_some_chance():
    waited = [delays(Backoff(), 10) for _ in range(50)]

    for place, shortest in enumerate([5, 10, 20, 40, 80, 160, 300, 300, 300, 300]):
        column = [row[place] for row in waited]
        assert min(column) >= shortest
        assert max(column) <= 1.5 * shortest
        assert len(set(column)) > 1


def test_delay_is_reset_by_a_link_that_held():
    backoff = Backoff()
    delays(backoff, 6)

    (prompt,) = delays(backoff, 1, connected_for=60)

    assert 0.5 <= prompt <= 1.5
    assert 5 <= delays(backoff, 1)[0] <= 7.5


def test_delay_is_not_reset_by_a_link_that_came_and_went():
    backoff = Backoff()
    delays(backoff, 3)

    assert delays(backoff, 1, connected_for=59)[0] >= 40


def test_delay_is_never_shorter_than_what_was_asked_for():
    assert delays(Backoff(), 2, retry_after=100) == [100, 100]
    assert delays(Backoff(), 1, connected_for=100, retry_after=100) == [100]
    assert delays(Backoff(), 1, retry_after=1)[0] >= 5
