"""The gateway against the simulated cloud, over real sockets: one subscription kept alive whatever happens."""

import asyncio
import itertools
import logging

import pytest

from custom_components.ringcentral.api import gateway, subscriber
from custom_components.ringcentral.api.errors import (
    PermissionMissingError,
    RateLimitedError,
    RequestRejectedError,
    UnreachableError,
    UserCredentialsError,
)
from custom_components.ringcentral.api.filters import account_presence_filter, presence_filter
from simulator.malformed import MALFORMED
from simulator.timestamps import timestamp
from tests.api.link import FIRST_DELAY, PROMPT_DELAY, Link
from tests.waiting import until, until_quiet

TOKEN = ("POST", "/restapi/oauth/token")
WSTOKEN = ("POST", "/restapi/oauth/wstoken")
DELETE = ("DELETE", "/restapi/v1.0/subscription/{subscriptionId}")


@pytest.fixture
def set_status(account, own_id):
    """Change the own status, which the account then reports."""
    return lambda status: account.update_presence(own_id, {"userStatus": status})


def status_fault(path, **options):
    return {"kind": "status", "path": path, **options}


# Connecting


async def test_connecting_subscribes(link, simulator):
    await link.come_up()

    (made,) = simulator.subscriptions.by_id.values()
    assert link.gateway.subscription.id == link.listener.subscriptions[0].id == made.id
    assert [one.text for one in made.filters] == list(link.gateway.subscription.event_filters)
    assert link.listener.recovered == [False]


async def test_notifications_are_handed_over_as_they_come(link, set_status):
    await link.come_up()

    for status in ("Busy", "Offline", "Available"):
        set_status(status)
    await until(lambda: len(link.listener.batches) == 3)

    assert link.listener.statuses == ["Busy", "Offline", "Available"]
    assert not any(batch.replayed for batch in link.listener.batches)
    assert link.gateway.counters.notifications == 3


async def test_refused_filter_is_reported_and_the_others_work(client, account, set_status):
    hidden = account.find("108").id  # does not let others see
    async with Link(client, (presence_filter(), presence_filter(str(hidden)))) as link:
        await link.come_up()

        (disabled,) = link.listener.subscriptions[0].disabled_filters
        assert f"/extension/{hidden}/presence" in disabled.filter
        assert (disabled.reason, bool(disabled.message)) == ("SUB-403", True)
        set_status("Busy")
        await until(lambda: link.listener.statuses == ["Busy"])


async def test_permission_for_websockets_that_is_missing_is_final(link, simulator):
    simulator.login(simulator.credentials).application.permissions.discard("WebSocket")
    link.start()

    with pytest.raises(PermissionMissingError) as refusal:
        await link.ended()

    assert (refusal.value.code, refusal.value.permission, refusal.value.of_app) == ("CMN-401", "WebSocket", True)
    assert simulator.requests[WSTOKEN] == 1
    assert link.listener.errors == [refusal.value]


async def test_subscription_that_the_app_may_not_make_is_final(link, simulator, clock):
    simulator.faults.apply({"kind": "slow", "seconds": 5, "path": "*/subscription/", "count": 1})
    link.start()
    await until(lambda: simulator.faults.struck)
    simulator.login(simulator.credentials).application.permissions.discard("WebSocket")
    clock.advance(5.1)

    with pytest.raises(PermissionMissingError) as refusal:
        await link.ended()

    assert (refusal.value.code, refusal.value.permission) == ("SUB-528", "WebSocketSubscription")
    await until(lambda: not simulator.gateway.connections)


async def test_login_that_is_refused_is_final(link, simulator):
    simulator.login(simulator.credentials).jwt = "another"
    link.start()

    with pytest.raises(UserCredentialsError):
        await link.ended()

    assert len(link.listener.errors) == 1


async def test_request_that_is_rejected_is_tried_again_later(link, simulator):
    simulator.faults.apply(status_fault("*/subscription/", status=400, count=1))
    link.start()
    await link.is_down()

    await link.come_back()

    assert isinstance(link.listener.errors[0], RequestRejectedError)


async def test_subscribing_that_is_not_answered_is_given_up(link, simulator, clock):
    simulator.faults.apply({"kind": "slow", "seconds": 1000, "path": "*/subscription/", "count": 1})
    link.start()
    await until(lambda: simulator.faults.struck)

    clock.advance(30.1)
    await link.is_down()

    assert isinstance(link.listener.errors[0], UnreachableError)
    await link.come_back()


# Heartbeats


async def test_heartbeat_is_sent_into_silence_alone(link, clock, set_status):
    await link.come_up()
    clock.advance(40)
    set_status("Busy")
    await until(lambda: link.listener.statuses == ["Busy"])
    clock.advance(40)
    set_status("Available")
    await until(lambda: len(link.listener.statuses) == 2)
    assert link.gateway.counters.heartbeats == 0

    await link.hold(60.1)
    await link.hold(60.1)

    assert link.gateway.counters.heartbeats == 2
    assert link.listener.log.count("disconnected") == 0


async def test_heartbeats_keep_the_link_alive_beyond_the_idle_timeout(link, simulator):
    await link.come_up()

    for _ in range(40):
        await link.hold(60.1)

    assert link.listener.errors == []
    assert simulator.gateway.accepted == 1


async def test_heartbeat_that_is_not_answered_means_that_the_link_is_dead(link, simulator, clock):
    await link.come_up()
    simulator.faults.apply({"kind": "mute_heartbeat"})
    await until_heartbeat(link, clock)
    clock.advance(9.5)
    await until_quiet()
    assert link.listener.errors == []

    clock.advance(0.6)
    await link.is_down()

    simulator.faults.clear()
    await link.come_back(PROMPT_DELAY)
    assert link.listener.recovered == [False, True]


async def until_heartbeat(link, clock):
    clock.advance(60.1)
    await until(lambda: link.gateway.counters.heartbeats)


async def test_half_open_socket_is_noticed_and_nothing_is_lost(link, simulator, clock, set_status):
    await link.come_up()
    simulator.faults.apply({"kind": "half_open", "new": False})
    set_status("Busy")

    await until_heartbeat(link, clock)
    clock.advance(10.1)
    await link.is_down()
    await link.come_back(PROMPT_DELAY)

    await until(lambda: link.listener.statuses == ["Busy"])
    assert link.listener.recovered == [False, True]


# Losses


@pytest.mark.parametrize("code", [1000, 1001, 1006, 1011])
async def test_socket_that_is_closed_is_opened_again(link, simulator, code):
    await link.come_up()
    if code == 1006:
        simulator.faults.apply({"kind": "abrupt"})
    else:
        simulator.faults.apply({"kind": "disconnect", "code": code})
    await link.is_down()

    await link.come_back()

    assert isinstance(link.listener.errors[0], UnreachableError)
    assert link.listener.recovered == [False, True]


@pytest.mark.parametrize(
    ("limit", "code"), [("idle_timeout", "WSG-902"), ("absolute_timeout", "WSG-903")], ids=["WSG-902", "WSG-903"]
)
async def test_timeout_of_the_gateway_is_recovered(link, settings, clock, caplog, limit, code):
    caplog.set_level(logging.DEBUG)
    setattr(settings, limit, 50)
    await link.come_up()

    clock.advance(50.1)
    await link.is_down()
    setattr(settings, limit, 10_000)
    await link.come_back()

    assert link.gateway.counters.error_frames == 1
    assert code in caplog.text
    assert link.listener.recovered == [False, True]


async def test_error_frame_alone_does_not_end_the_link(link, simulator, set_status):
    await link.come_up()
    simulator.faults.apply({"kind": "error_frame"})
    await until(lambda: link.gateway.counters.error_frames)

    set_status("Busy")
    await until(lambda: link.listener.statuses == ["Busy"])

    assert link.listener.errors == []


# Recovery


async def test_recovery_replays_what_was_missed_in_one_batch(link, lose, set_status):
    await link.come_up()
    await lose()
    for status in ("Busy", "Offline", "Available"):
        set_status(status)

    await link.come_back()
    set_status("Busy")
    await until(lambda: len(link.listener.batches) == 2)

    replayed, live = link.listener.batches
    assert (replayed.statuses, replayed.replayed) == (["Busy", "Offline", "Available"], True)
    assert (live.statuses, live.replayed) == (["Busy"], False)
    assert link.listener.log == ["connected", "disconnected", "connected", "replayed events", "events"]
    assert link.listener.recovered == [False, True]
    assert len({subscription.id for subscription in link.listener.subscriptions}) == 1
    counters = link.gateway.counters
    assert (counters.connections, counters.recoveries, counters.replayed) == (2, 1, 3)


async def test_replay_that_comes_late_is_one_batch_too(link, lose, settings, clock, set_status):
    clock.speed = 1
    settings.replay_delay = 0.05
    settings.recovery_buffer = 2
    await link.come_up()
    await lose()
    set_status("Busy")
    set_status("Available")

    clock.advance(FIRST_DELAY)
    await link.is_up(2)

    (batch,) = link.listener.batches
    assert (batch.statuses, batch.replayed) == (["Busy", "Available"], True)
    assert link.listener.recovered == [False, False]


async def test_link_is_recovered_again_and_again(link, lose, simulator, clock, set_status):
    await link.come_up()

    for status in ("Busy", "Available", "Busy"):
        clock.advance(20)
        await lose()
        set_status(status)
        await link.come_back(8 * FIRST_DELAY)

    assert link.listener.recovered == [False, True, True, True]
    assert link.listener.statuses == ["Busy", "Available", "Busy"]
    assert len(simulator.subscriptions.by_id) == 1


async def test_replay_that_filled_the_buffer_may_be_incomplete(link, lose, settings, set_status):
    settings.recovery_buffer = 3
    await link.come_up()
    await lose()
    for status in ("Busy", "Offline", "Available", "Busy"):
        set_status(status)

    await link.come_back()

    await until(lambda: link.listener.batches)
    assert link.listener.recovered == [False, False]
    assert (link.listener.statuses, link.listener.batches[0].replayed) == (["Offline", "Available", "Busy"], True)


async def test_recovery_that_fails_is_a_new_subscription_on_the_same_socket(link, lose, simulator, set_status):
    await link.come_up()
    await lose()
    simulator.subscriptions.remove(next(iter(simulator.subscriptions.by_id.values())))
    set_status("Busy")

    await link.come_back()
    set_status("Available")
    await until(lambda: link.listener.batches)

    assert link.listener.recovered == [False, False]
    assert link.listener.statuses == ["Available"]
    assert simulator.gateway.accepted == 2
    assert link.gateway.counters.failed_recoveries == 1


async def test_context_of_another_oauth_session_is_not_recovered(link, lose, simulator):
    simulator.login(simulator.credentials).application.issue_refresh_tokens = False
    await link.come_up()
    await lose()
    simulator.expire_tokens()

    await link.come_back()

    assert link.listener.recovered == [False, False]
    assert (link.gateway.counters.failed_recoveries, simulator.gateway.accepted) == (0, 2), "it is not even tried"


async def test_loss_that_lasted_too_long_is_not_tried_to_recover(link, lose):
    await link.come_up()
    await lose()

    await link.come_back(181)

    assert link.listener.recovered == [False, False]
    assert link.gateway.counters.failed_recoveries == 0


async def test_gateways_own_recovery_time_counts(link, lose, settings):
    settings.recovery_timeout = 600
    await link.come_up()
    await lose()

    await link.come_back(590)

    assert link.listener.recovered == [False, True]


async def test_long_losses_leave_no_subscriptions_behind(link, lose, simulator):
    simulator.subscriptions.limit = 2
    await link.come_up()

    for _ in range(3):
        await lose()
        await link.come_back(400)
        await until(lambda: len(simulator.subscriptions.by_id) == 1)

    assert link.listener.recovered == [False] * 4


async def test_loss_is_noticed_while_former_subscriptions_are_being_deleted(link, lose, simulator):
    await link.come_up()
    await lose()
    simulator.faults.apply({"kind": "slow", "seconds": 1000, "path": "*/subscription/*", "method": "DELETE"})
    simulator.faults.apply(status_fault("*/subscription/*", status=503, method="DELETE"))

    await link.come_back(400)
    await until(lambda: simulator.faults.struck)
    await lose()

    assert link.listener.log == ["connected", "disconnected", "connected", "disconnected"]


@pytest.mark.parametrize("greeting", ["the connection's", "the subscription's"])
async def test_time_of_a_recovered_connection_is_not_taken_for_the_present(link, lose, clock, monkeypatch, greeting):
    await link.come_up()
    made_at = timestamp(clock.time())
    clock.advance(50)
    await lose()
    if greeting == "the subscription's":
        monkeypatch.setattr("simulator.connection.timestamp", lambda _: made_at)

    await link.come_back()

    assert link.listener.recovered == [False, True]
    assert abs(link.client.server_time() - clock.time()) < 1


@pytest.mark.parametrize("delay", [FIRST_DELAY, 400], ids=["recoverable", "too late"])
async def test_simulated_process_is_killed_and_started_again(link, simulator, set_status, delay):
    await link.come_up()
    await simulator.stop(abrupt=True)
    await link.is_down()
    link.clock.advance(FIRST_DELAY)
    await link.is_down(2)
    set_status("Busy")
    await simulator.start()

    await link.come_back(2 * delay)

    assert link.listener.recovered == [False, delay == FIRST_DELAY]
    assert link.listener.statuses == (["Busy"] if delay == FIRST_DELAY else [])


# Tokens


async def test_token_is_refreshed_ahead_of_its_end_and_the_link_stays(link, simulator, settings, clock, set_status):
    settings.idle_timeout = 100_000
    await link.come_up()

    clock.advance(3400)
    await until(lambda: simulator.requests[TOKEN] == 2)
    await link.is_quiet()
    clock.advance(1000)
    set_status("Busy")
    await until(lambda: link.listener.statuses == ["Busy"])

    assert link.listener.errors == []
    assert link.gateway.counters.error_frames == 0


async def test_expired_token_is_refreshed_and_everything_read_again(link, simulator, set_status):
    await link.come_up()
    simulator.expire_tokens()
    set_status("Busy")

    await link.is_down()
    await link.come_back()
    set_status("Available")
    await until(lambda: link.listener.batches)

    assert link.gateway.counters.error_frames == 1
    assert simulator.requests[TOKEN] == 2
    assert link.listener.recovered == [False, False]
    assert link.listener.statuses == ["Available"]
    await until(lambda: len(simulator.subscriptions.by_id) == 1)


async def test_revoked_session_is_replaced_by_a_new_login(link, simulator):
    await link.come_up()
    simulator.revoke_sessions()

    await link.is_down()
    await link.come_back()

    assert link.listener.recovered == [False, False]
    assert len(simulator.oauth.sessions) == 1


async def test_revoked_session_and_login_end_the_gateway(link, simulator):
    await link.come_up()
    simulator.login(simulator.credentials).jwt = "another"
    simulator.revoke_sessions()

    with pytest.raises(UserCredentialsError):
        await link.ended()

    assert isinstance(link.listener.errors[-1], UserCredentialsError)


async def test_bad_moment_of_the_token_endpoint_does_not_touch_the_link(link, simulator, settings, clock, set_status):
    settings.idle_timeout = 100_000
    await link.come_up()
    simulator.faults.apply(status_fault("/restapi/oauth/token", status=429, retry_after=30, count=1))

    clock.advance(3400)
    await until(lambda: simulator.requests[TOKEN] == 2)
    set_status("Busy")
    await until(lambda: link.listener.statuses == ["Busy"])
    clock.advance(61)
    await until(lambda: simulator.requests[TOKEN] == 3)

    assert link.listener.errors == []


# Back-off


async def test_attempts_become_rarer_while_the_gateway_refuses(link, simulator, clock):
    simulator.faults.apply({"kind": "refuse_socket"})
    link.start()
    moments = []
    for attempt in range(1, 7):
        await link.is_down(attempt)
        moments.append(clock.monotonic())
        assert simulator.requests[WSTOKEN] == attempt
        while simulator.requests[WSTOKEN] == attempt:
            clock.advance(1)
            await asyncio.sleep(0.001)

    pauses = [after - before for before, after in itertools.pairwise(moments)]
    assert all(low <= pause for low, pause in zip([5, 10, 20, 40, 80], pauses, strict=True))
    assert simulator.limits.refused == 0


async def test_link_that_held_is_restored_promptly(link, lose):
    await link.come_up()
    await link.hold()
    await lose()

    await link.come_back(PROMPT_DELAY)

    assert link.listener.connected_at - link.listener.disconnected_at < 5


async def test_wait_that_was_asked_for_is_kept(link, simulator, clock):
    simulator.faults.apply(status_fault("/restapi/oauth/wstoken", status=503, retry_after=100, count=1))
    link.start()
    await link.is_down()

    clock.advance(95)
    await until_quiet()
    assert simulator.requests[WSTOKEN] == 1
    clock.advance(6)
    await link.is_up(1)

    assert link.listener.connected_at - link.listener.disconnected_at >= 100


async def test_429_is_silence_for_its_whole_penalty(link, simulator, clock):
    simulator.faults.apply(status_fault("/restapi/oauth/wstoken", status=429, retry_after=90, count=1))
    link.start()
    await link.is_down()

    clock.advance(85)
    await until_quiet()
    assert simulator.requests[WSTOKEN] == 1
    clock.advance(6)
    await link.is_up(1)

    assert isinstance(link.listener.errors[0], RateLimitedError)
    assert len(link.listener.errors) == 1
    assert link.listener.connected_at - link.listener.disconnected_at >= 90


# Filters


async def test_filters_are_changed_on_the_living_subscription(link, simulator, account):
    await link.come_up()

    await link.gateway.set_filters((account_presence_filter(),))
    account.update_presence(account.find("102").id, {"userStatus": "Busy"})
    await until(lambda: link.listener.batches)

    assert len({subscription.id for subscription in link.listener.subscriptions}) == 1
    assert "/account/" in link.gateway.subscription.event_filters[0]
    # What the new filter is about may have changed before it took effect.
    assert link.listener.recovered == [False, False]
    assert simulator.gateway.accepted == 1


async def test_filters_are_changed_once_the_link_is_back(link, lose, account, set_status):
    await link.come_up()
    await lose()
    set_status("Busy")
    await link.gateway.set_filters((account_presence_filter(),))

    await link.come_back()
    await link.is_up(3)
    account.update_presence(account.find("102").id, {"userStatus": "Offline"})
    await until(lambda: len(link.listener.batches) == 2)

    assert link.listener.recovered == [False, True, False]
    assert link.listener.statuses == ["Busy", "Offline"]


async def test_filters_that_are_set_before_the_first_connection_are_used(link):
    await link.gateway.set_filters((account_presence_filter(),))

    await link.come_up()

    assert "/extension/" not in link.gateway.subscription.event_filters[0]


async def test_change_of_filters_that_is_refused_leads_to_a_new_subscription_on_the_same_socket(link, simulator):
    await link.come_up()
    simulator.faults.apply(status_fault("*/subscription/*-*", method="PUT", status=400))

    await link.gateway.set_filters((account_presence_filter(),))

    assert "/extension/" not in link.gateway.subscription.event_filters[0]
    assert link.listener.recovered == [False, False]
    assert link.listener.errors == []
    assert simulator.gateway.accepted == 1
    assert len(simulator.subscriptions.by_id) == 1


async def test_change_of_filters_that_fails_is_made_by_the_next_connection(link, simulator):
    await link.come_up()
    simulator.faults.apply(status_fault("*/subscription/*-*", method="PUT", status=503))

    await link.gateway.set_filters((account_presence_filter(),))
    await link.is_down()
    await link.come_back()

    assert "/extension/" not in link.gateway.subscription.event_filters[0]
    assert link.listener.recovered == [False, False]
    await until(lambda: len(simulator.subscriptions.by_id) == 1)


async def test_change_that_fails_after_a_recovery_is_made_by_the_next_connection(link, lose, simulator):
    await link.come_up()
    simulator.faults.apply(status_fault("*/subscription/*-*", method="PUT", status=503))
    await lose()
    await link.gateway.set_filters((account_presence_filter(),))

    await link.come_back()
    await link.is_down(2)
    await link.come_back(2 * FIRST_DELAY)

    assert link.listener.recovered == [False, True, False]
    assert "/extension/" not in link.gateway.subscription.event_filters[0]


@pytest.fixture
def slow_change(link, simulator):
    """Begin a change of filters whose answer does not come; returns its task."""

    async def begin():
        fault = {"kind": "slow", "seconds": 1000, "path": "*/subscription/*", "method": "PUT", "count": 1}
        simulator.faults.apply(fault)
        changing = asyncio.create_task(link.gateway.set_filters((account_presence_filter(),)))
        await until(lambda: simulator.faults.struck)
        return changing

    return begin


async def test_change_of_filters_that_is_not_answered_before_the_link_ends_is_made_later(link, simulator, slow_change):
    await link.come_up()
    changing = await slow_change()
    simulator.faults.apply({"kind": "error_frame", "code": "OAU-128"})
    await link.is_down()
    await changing

    await link.come_back()

    assert "/extension/" not in link.gateway.subscription.event_filters[0]


async def test_filters_that_are_set_while_the_goodbye_is_said_change_nothing(link, simulator):
    await link.come_up()
    simulator.faults.apply({"kind": "slow", "seconds": 1, "path": "*/subscription/*", "method": "DELETE", "count": 1})
    stopping = asyncio.create_task(link.gateway.stop())
    await until(lambda: simulator.faults.struck)
    changing = asyncio.create_task(link.gateway.set_filters((account_presence_filter(),)))
    await asyncio.sleep(0)
    link.clock.advance(1.1)

    await asyncio.gather(stopping, changing)

    assert simulator.subscriptions.by_id == {}


async def test_filters_that_are_set_when_the_subscription_is_gone_are_those_of_the_next(link, simulator):
    await link.come_up()
    (gone,) = simulator.subscriptions.by_id.values()
    simulator.subscriptions.remove(gone)
    for _ in range(6):
        link.clock.advance(51)
        await link.is_quiet()
    while link.gateway.subscription is not None:  # noqa: ASYNC110 (the moment counts)
        await asyncio.sleep(0)

    await link.gateway.set_filters((account_presence_filter(),))
    await link.is_down()
    await link.come_back()

    assert "/extension/" not in link.gateway.subscription.event_filters[0]


# What is not as it should be

SPOILED_FRAMES = {
    "not_json",
    "truncated",
    "empty",
    "empty_array",
    "object",
    "number",
    "null_meta",
    "no_type",
    "huge",
    "deep",
    "binary",
}


@pytest.mark.parametrize("form", MALFORMED)
async def test_malformed_notification_does_not_keep_the_next_from_coming(link, simulator, set_status, form):
    await link.come_up()
    simulator.faults.apply({"kind": "malformed", "form": form, "count": 1})
    set_status("Busy")
    set_status("Available")

    handed_over = 1 if form in SPOILED_FRAMES | {"unknown_type"} else 2
    await until(lambda: len(link.listener.batches) == handed_over)

    assert link.listener.batches[-1].statuses == ["Available"]
    counters = link.gateway.counters
    assert counters.malformed_frames == (form in SPOILED_FRAMES)
    assert counters.unknown_frames == (form == "unknown_type")
    assert link.listener.errors == []


@pytest.mark.parametrize("failing", ["connected", "events", "disconnected"])
async def test_fault_of_the_listener_does_not_end_the_link(link, lose, set_status, caplog, failing):
    link.listener.failing = failing
    await link.come_up()
    set_status("Busy")
    await until(lambda: link.listener.statuses == ["Busy"])
    await lose()
    await link.come_back()
    link.listener.failing = None
    set_status("Available")
    await until(lambda: link.listener.statuses == ["Busy", "Available"])

    assert "The listener of the push failed" in caplog.text


async def test_replay_that_the_listener_cannot_take_does_not_end_the_link(link, lose, set_status):
    await link.come_up()
    await lose()
    set_status("Busy")
    link.listener.failing = "events"

    await link.come_back()
    set_status("Available")
    await until(lambda: link.listener.statuses == ["Busy", "Available"])

    assert len(link.listener.errors) == 1


async def test_log_holds_no_token_no_number_and_no_name(link, lose, simulator, caplog, set_status):
    caplog.set_level(logging.DEBUG, "custom_components.ringcentral")
    await link.come_up()
    set_status("Busy")
    await lose()
    simulator.faults.apply({"kind": "refuse_socket", "count": 1})
    link.clock.advance(FIRST_DELAY)
    await link.is_down(2)
    await link.come_back(2 * FIRST_DELAY)

    text = "".join(record.getMessage() for record in caplog.records if record.name.startswith("custom_components"))
    assert text
    for secret in (simulator.oauth.sessions[0].access_token, "access_token", "wsc", "Front Desk", "127.0.0.1"):
        assert secret not in text


# Ending


def tasks_left():
    """Return the tasks that run the client's code."""
    return {task for task in asyncio.all_tasks() if "/custom_components/" in repr(task)}


async def test_stopping_deletes_the_subscription_and_closes_the_link(link, simulator):
    await link.come_up()

    await link.gateway.stop()

    assert simulator.subscriptions.by_id == {}
    assert link.task.done()
    assert simulator.gateway.requests[DELETE] == 1
    await until(lambda: not simulator.gateway.connections)
    assert tasks_left() == set()


async def test_stopping_deletes_the_subscription_while_the_link_is_down(link, lose, simulator):
    await link.come_up()
    await lose()

    await link.gateway.stop()

    assert simulator.subscriptions.by_id == {}
    assert link.task.done()
    assert simulator.requests[DELETE] == 1


@pytest.fixture
def short_goodbye(monkeypatch):
    """Make the (real) seconds short that a goodbye may take."""
    monkeypatch.setattr(gateway, "_GOODBYE_LIMIT", 0.8)
    monkeypatch.setattr(subscriber, "_SOCKET_LIMIT", 0.1)


async def test_stopping_while_nothing_answers_takes_seconds(link, simulator, short_goodbye):
    await link.come_up()
    simulator.faults.apply({"kind": "half_open", "new": False})

    await link.gateway.stop()
    await asyncio.wait({link.task}, timeout=3)

    assert link.task.done()
    assert tasks_left() == set()


async def test_stopping_with_a_dead_socket_deletes_the_subscription_by_rest(link, simulator):
    await link.come_up()
    simulator.faults.apply({"kind": "half_open", "new": False})

    await link.gateway.stop()

    assert simulator.subscriptions.by_id == {}
    assert simulator.requests[DELETE] == 1


async def test_stopping_with_a_token_that_has_just_expired_deletes_the_subscription(link, simulator):
    await link.come_up()
    simulator.faults.apply({"kind": "expire"})

    await link.gateway.stop()

    assert simulator.subscriptions.by_id == {}
    await until(lambda: not simulator.gateway.connections)


async def test_stopping_while_the_cloud_is_away_is_quiet(link, simulator):
    await link.come_up()
    await simulator.stop(abrupt=True)
    await link.is_down()

    await link.gateway.stop()

    assert link.task.done()
    assert tasks_left() == set()


async def test_stopping_while_connecting_leaves_nothing(link, simulator, short_goodbye):
    simulator.faults.apply({"kind": "slow", "seconds": 1000, "path": "*/subscription/", "count": 1})
    link.start()
    await until(lambda: simulator.faults.struck)

    await link.gateway.stop()

    assert link.task.done()
    assert tasks_left() == set()


async def test_stopping_during_a_replay_deletes_the_subscription(link, lose, simulator, short_goodbye):
    await link.come_up()
    await lose()
    link.clock.advance(FIRST_DELAY)
    await until(lambda: link.gateway.counters.recoveries)

    await link.gateway.stop()

    assert link.listener.recovered == [False]
    assert simulator.subscriptions.by_id == {}
    assert tasks_left() == set()


async def test_stopping_while_a_change_of_filters_is_not_answered_deletes_the_subscription(
    link, simulator, short_goodbye, slow_change
):
    await link.come_up()
    changing = await slow_change()

    await link.gateway.stop()
    await changing

    assert simulator.subscriptions.by_id == {}
    assert tasks_left() == set()


async def test_stopping_before_the_answer_to_subscribing_has_come_deletes_the_subscription(
    link, simulator, short_goodbye
):
    simulator.faults.apply({"kind": "lose_answer", "path": "*/subscription/", "count": 1})
    link.start()
    await until(lambda: simulator.subscriptions.by_id)

    await link.gateway.stop()

    assert simulator.subscriptions.by_id == {}


async def test_goodbye_begins_with_the_subscription_that_was_in_use(link, lose, simulator, short_goodbye):
    await link.come_up()
    (former,) = simulator.subscriptions.by_id
    simulator.faults.apply(status_fault("*/subscription/*", status=503, method="DELETE", count=2))
    await lose()
    await link.come_back(400)
    await until(lambda: simulator.faults.struck == 2)
    await lose()
    simulator.faults.apply({"kind": "silent", "path": f"*/subscription/{former}"})

    await link.gateway.stop()

    assert list(simulator.subscriptions.by_id) == [former]


async def test_goodbye_that_is_not_answered_is_said_once(link, simulator, short_goodbye):
    await link.come_up()
    simulator.faults.apply({"kind": "half_open", "new": False})
    simulator.faults.apply({"kind": "silent", "path": "*/subscription/*", "method": "DELETE"})

    await link.gateway.stop()

    assert simulator.faults.struck == 1
    assert link.task.done()


async def test_stopping_before_the_beginning_means_that_nothing_begins(link, simulator):
    link.start()
    await link.gateway.stop()

    await link.ended()

    assert simulator.requests[WSTOKEN] == 0


async def test_stopping_twice_is_fine(link):
    await link.come_up()

    await link.gateway.stop()
    await link.gateway.stop()


@pytest.mark.parametrize("state", ["up", "waiting"])
async def test_cancelling_leaves_no_task_and_no_socket(link, lose, simulator, state):
    await link.come_up()
    if state == "waiting":
        await lose()

    link.task.cancel()
    await asyncio.gather(link.task, return_exceptions=True)

    assert link.task.cancelled()
    await until(lambda: not simulator.gateway.connections)
    assert tasks_left() == set()


async def test_cancelling_again_while_the_link_is_being_closed_leaves_no_socket(link, simulator):
    await link.come_up()

    while not link.task.done():
        link.task.cancel()
        await asyncio.sleep(0)

    await until(lambda: not simulator.gateway.connections)
    assert tasks_left() == set()


# A subscription that ends


async def test_subscription_that_is_gone_is_noticed_and_made_again(link, simulator, set_status):
    await link.come_up()
    (gone,) = simulator.subscriptions.by_id.values()
    simulator.subscriptions.remove(gone)

    for _ in range(6):
        link.clock.advance(51)
        await link.is_quiet()
    await link.is_down()
    await link.come_back()

    assert link.listener.recovered == [False, False], "what happened meanwhile is lost"
    set_status("Busy")
    await until(lambda: link.listener.statuses == ["Busy"])


async def test_subscription_that_is_still_there_is_left_alone(link, simulator):
    await link.come_up()
    ids = list(simulator.subscriptions.by_id)

    for _ in range(12):
        link.clock.advance(51)
        await link.is_quiet()
    await until(lambda: simulator.gateway.requests["GET", "/restapi/v1.0/subscription/{subscriptionId}"] >= 1)

    assert list(simulator.subscriptions.by_id) == ids
    assert link.listener.errors == []
