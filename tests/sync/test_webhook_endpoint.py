"""Events by webhook: through Home Assistant's real HTTP server, and the life of the subscription behind it."""

import json
import logging

from homeassistant.components.webhook import async_handle_webhook
from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import CoreState
from homeassistant.util.aiohttp import MockRequest
import pytest

from custom_components.ringcentral.api.webhook_receiver import LARGEST_DELIVERY
from custom_components.ringcentral.api.webhook_subscription import CHECK_INTERVAL, LIFETIME
from custom_components.ringcentral.diagnostics import async_get_config_entry_diagnostics, describe_office
from simulator.extension import Extension
from simulator.settings import CloudSettings
from tests.chaos import live
from tests.hooks import subscriptions, webhook
from tests.office import Office, find_issue
from tests.waiting import until

DAY = 24 * 3600


@pytest.fixture
def options():
    """Options of the entry: events come by webhook."""
    return {"watch": ["account"], "transport": "webhook"}


@pytest.fixture
def short_life(monkeypatch):
    """Subscriptions live for a day only."""
    monkeypatch.setattr("custom_components.ringcentral.api.webhook_subscription.LIFETIME", DAY)


@pytest.fixture
async def office(public_address, office):
    """Home Assistant watching the office by webhook."""
    await until(lambda: subscriptions(office.simulator, "WebHook"))
    return office


def counters(office):
    return describe_office(office.coordinator)["webhook"]


async def post(office, visitor, body=b"{}", *, token=None, content_type="application/json", **headers):
    """Send something to the webhook's address; return the answer, which is always 200."""
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    headers["Verification-Token"] = token or office.entry.data["verification_token"]
    path = f"/api/webhook/{office.entry.data['webhook_id']}"
    answer = await visitor.post(path, data=body, headers={**headers, "Content-Type": content_type})
    assert answer.status == 200
    return answer


# What arrives


async def test_a_call_rings_without_any_socket(office, phones):
    phones.call_in("101", from_name="John Wang")
    await office.shows("101", "ringing", "on")
    assert office.shown("101", "caller") == "John Wang"
    assert office.shown(None, "connection") == "on"
    assert ("POST", "/restapi/oauth/wstoken") not in office.simulator.requests
    assert counters(office)["handshakes"] == 1


async def test_the_answer_comes_before_the_work(hass, office, visitor, monkeypatch):
    order = []
    monkeypatch.setattr(
        office.coordinator, "push_events", lambda payloads, *, replayed: order.append(("worked", payloads))
    )
    receive = MockRequest(
        b'{"event":"x"}',
        "test",
        "POST",
        headers={"Verification-Token": office.entry.data["verification_token"], "Content-Type": "application/json"},
    )
    answer = await async_handle_webhook(hass, office.entry.data["webhook_id"], receive)
    order.append(("answered", answer.status))
    await office.settle()
    assert order == [("answered", 200), ("worked", [b'{"event":"x"}'])]


async def test_what_strangers_send_is_answered_ignored_and_counted(office, visitor):
    before = counters(office)
    await post(office, visitor, token="wrong")
    await post(office, visitor, b"x" * (LARGEST_DELIVERY + 1))
    await post(office, visitor, b"<html>", content_type="text/html")
    answer = await post(office, visitor, b"", token="wrong", Validation_Token="b8a1c6d2")
    assert "Validation-Token" not in answer.headers
    after = counters(office)
    reported = {name: after[name] - before[name] for name in after if after[name] != before[name]}
    assert reported == {"foreign": 1, "oversized": 1, "wrong_content": 1, "unexpected_handshakes": 1}
    assert office.coordinator.office.counters["received"] == 0


async def test_a_replayed_delivery_changes_nothing(office, visitor, phones):
    bodies = []
    deliver = office.simulator.webhooks._try

    async def keep(hook, payload):
        bodies.append(payload)
        return await deliver(hook, payload)

    office.simulator.webhooks._try = keep
    call = phones.call_in("101")
    await office.shows("101", "ringing", "on")
    call.hang_up()
    await office.shows("101", "ringing", "off")
    await office.pass_time(10, 1)
    reported = []
    office.coordinator.stream.async_listen(reported.append)
    for body in bodies:
        await post(office, visitor, body)
    await office.pass_time(10, 1)
    assert office.coordinator.office.counters["duplicate"] == len(bodies) > 1
    assert reported == []
    assert office.differences() == []


async def test_a_delivery_of_another_shape_is_counted_and_the_next_one_counts(office, visitor, phones):
    for body in (b"", b"[]", b"\xff\xfe", b'{"event":7}', b"[" * 30_000):
        await post(office, visitor, body)
    await until(lambda: office.coordinator.office.counters["malformed"] == 5)
    phones.call_in("101")
    await office.shows("101", "ringing", "on")


async def test_only_posts_are_taken(office, visitor):
    path = f"/api/webhook/{office.entry.data['webhook_id']}"
    assert (await visitor.get(path)).status == 405
    assert (await visitor.put(path, data=b"{}")).status == 405


async def test_the_longest_handshake_fits_into_1024_bytes(office, visitor):
    answers = []
    validate = office.simulator.webhooks.validate

    async def ask_first(address):
        answers.append(await post(office, visitor, b"", Validation_Token="~" * 256))
        await validate(address)

    office.simulator.webhooks.validate = ask_first
    office.simulator.subscriptions.remove(webhook(office.simulator))
    await office.pass_time(CHECK_INTERVAL + 10, 50)
    await until(lambda: subscriptions(office.simulator, "WebHook"))
    (answer,) = answers
    assert answer.headers["Validation-Token"] == "~" * 256
    assert answer.content_type == "application/json"
    size = len(await answer.read()) + sum(len(name) + len(value) + 4 for name, value in answer.raw_headers)
    assert size <= 1024


async def test_a_handshake_of_the_present_guide_works(office, phones):
    office.simulator.settings.verification_header = "Validation-Token"
    phones.call_in("101")
    await office.shows("101", "ringing", "on")


async def test_events_held_back_are_reported_in_their_order(office, phones):
    reported = []
    office.coordinator.stream.async_listen(reported.append)
    assert describe_office(office.coordinator)["transport"]["hold_back"] == 0.1
    call = phones.call_in("101")
    await office.shows("101", "ringing", "on")
    office.simulator.faults.apply({"kind": "delay", "min": 0.05, "max": 0.05, "count": 1})
    call.answer()
    call.hold()
    await office.shows("101", "call_state", "on_hold")
    assert [str(one.kind) for one in reported] == ["ringing", "answered", "held"]


# The life of the subscription


async def restart(hass, office):
    """End the run as a crash does, without a goodbye, and begin another."""
    office.simulator.faults.apply({"kind": "status", "path": "*/subscription*", "method": "DELETE", "status": 500})
    assert await hass.config_entries.async_unload(office.entry.entry_id)
    office.simulator.faults.clear()
    assert await hass.config_entries.async_setup(office.entry.entry_id)
    await until(lambda: office.coordinator.link.is_connected)
    await office.settle()


async def test_it_asks_for_a_week_with_both_secrets(office, public_address):
    made = webhook(office.simulator)
    data = office.entry.data
    assert made.lifetime == LIFETIME
    assert made.delivery_mode["address"] == f"{public_address}/api/webhook/{data['webhook_id']}"
    assert len(data["webhook_id"]) == 64
    assert office.simulator.webhooks.by_subscription[made.id].verification_token == data["verification_token"]
    assert len(data["verification_token"]) >= 43


async def test_a_restart_adopts_the_living_subscription(hass, office, phones):
    made = webhook(office.simulator)
    phones.set_dnd("102", True)
    await restart(hass, office)
    assert webhook(office.simulator) is made
    assert (counters(office)["adopted"], counters(office)["created"]) == (1, 0)
    assert office.differences() == []
    phones.call_in("101")
    await office.shows("101", "ringing", "on")


async def test_the_end_of_home_assistant_leaves_the_subscription_to_the_next_start(hass, office):
    made = webhook(office.simulator)
    hass.set_state(CoreState.stopping)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
    await hass.async_block_till_done()
    hass.set_state(CoreState.running)
    assert await hass.config_entries.async_reload(office.entry.entry_id)
    await until(lambda: office.coordinator.link.is_connected)
    assert webhook(office.simulator) is made
    assert counters(office)["handshakes"] == 0


async def test_strays_of_ours_are_deleted_and_those_of_others_kept(hass, office):
    simulator = office.simulator
    session = simulator.oauth.sessions[0]

    def add(address, transport="WebHook"):
        mode = {"transportType": transport, "address": address, "encryption": False}
        filters = ["/restapi/v1.0/account/~/extension/~/presence"]
        return simulator.subscriptions.create(session, filters, delivery_mode=mode, lifetime=1000)

    path = f"/api/webhook/{office.entry.data['webhook_id']}"
    add(f"https://formerly.example.com{path}")
    add(f"https://blacklisted.example.com{path}").blacklisted = {"reason": "x"}
    others = [add("https://elsewhere.example.com/api/webhook/0123"), add("", "WebSocket")]
    await restart(hass, office)
    left = subscriptions(simulator)
    assert [one for one in left if one in others] == others
    (ours,) = [one for one in left if one not in others]
    assert ours.delivery_mode["address"].endswith(path)
    assert "formerly" not in ours.delivery_mode["address"]


async def test_a_lost_answer_leaves_no_second_subscription(hass, entry, simulator, phones, public_address):
    fault = {"kind": "lose_answer", "path": "*/subscription", "method": "POST", "count": 1}
    simulator.faults.apply(fault)
    office = Office(hass, entry, simulator, phones)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await office.pass_time(20, 1)
    await until(lambda: office.coordinator.link.is_connected)
    webhook(simulator)
    phones.call_in("101")
    await office.shows("101", "ringing", "on")
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert subscriptions(simulator) == []


async def test_a_half_done_registration_is_rolled_back_by_the_unload(hass, entry, simulator, public_address):
    simulator.faults.apply({"kind": "lose_answer", "path": "*/subscription", "method": "POST"})
    assert await hass.config_entries.async_setup(entry.entry_id)
    await until(lambda: subscriptions(simulator, "WebHook"))
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert subscriptions(simulator) == []


async def test_it_is_renewed_long_before_it_expires(short_life, office, phones):
    made = webhook(office.simulator)
    await office.pass_time(3 * DAY, 1200)
    assert webhook(office.simulator) is made
    assert counters(office)["renewed"] >= 4
    phones.call_in("101")
    await office.shows("101", "ringing", "on")


async def test_a_handshake_is_answered_while_it_is_renewed(short_life, office, visitor, clock):
    office.simulator.faults.apply({"kind": "slow", "path": "*/renew", "seconds": 5, "count": 1})
    await office.comes_true(lambda: office.simulator.faults.struck, within=DAY, step=300)
    answer = await post(office, visitor, b"", Validation_Token="b8a1c6d2")
    assert answer.headers["Validation-Token"] == "b8a1c6d2"
    clock.advance(5)
    await until(lambda: counters(office)["renewed"] == 1)


async def test_one_that_is_gone_is_made_again_and_the_state_read(office, phones):
    office.simulator.subscriptions.remove(webhook(office.simulator))
    phones.set_status("102", "Busy")
    await office.pass_time(CHECK_INTERVAL + 10, 50)
    await until(lambda: subscriptions(office.simulator, "WebHook"))
    await office.until_true()
    assert counters(office)["lost"] == 1
    phones.call_in("101")
    await office.shows("101", "ringing", "on")


async def test_one_that_is_suspended_is_replaced(office, monkeypatch):
    made = webhook(office.simulator)
    record = office.simulator.subscriptions.record
    suspended = {"status": "Suspended"}
    monkeypatch.setattr(
        office.simulator.subscriptions, "record", lambda one: {**record(one), **(suspended if one is made else {})}
    )
    await office.pass_time(CHECK_INTERVAL + 10, 50)
    await until(lambda: subscriptions(office.simulator, "WebHook") not in ([], [made]))


async def test_blacklisted_it_gives_way_to_the_websocket_and_comes_back(hass, office, phones, clock):
    made = webhook(office.simulator)
    office.simulator.webhooks.blacklist(made, "I/O operation is failed. Details: [Read timed out]")
    phones.set_status("102", "Busy")
    clock.advance(CHECK_INTERVAL)
    await until(lambda: find_issue(hass, office.entry, "webhook") is not None)
    assert find_issue(hass, office.entry, "webhook").translation_key == "webhook_blacklisted"
    await until(lambda: describe_office(office.coordinator)["transport"]["used"] == "websocket")
    assert made not in subscriptions(office.simulator)
    await office.until_true()
    phones.call_in("101")
    await office.shows("101", "ringing", "on")
    await office.pass_time(120, 10)
    await until(lambda: find_issue(hass, office.entry, "webhook") is None)
    await until(lambda: [one.transport for one in subscriptions(office.simulator)] == ["WebHook"])
    phones.call_in("102")
    await office.shows("102", "ringing", "on")
    await office.until_true()


async def test_a_single_failed_check_is_no_loss(office):
    office.simulator.faults.apply(
        {"kind": "status", "path": "*/subscription/*", "method": "GET", "status": 503, "count": 1}
    )
    await office.pass_time(CHECK_INTERVAL + 30, 10)
    assert office.coordinator.office.counters["disconnected"] == 0
    assert not office.simulator.faults.is_on("status")


async def test_checks_that_keep_failing_are_a_loss_until_one_works(office, phones):
    office.simulator.faults.apply({"kind": "status", "path": "*/subscription/*", "method": "GET", "status": 503})
    await office.pass_time(CHECK_INTERVAL + 60, 10)
    assert office.shown(None, "connection") == "off"
    phones.call_in("101")
    await office.shows("101", "ringing", "on")
    office.simulator.faults.clear()
    await office.pass_time(400, 10)
    await office.shows(None, "connection", "on")
    assert counters(office)["created"] == 1


async def test_new_extensions_change_the_filters(hass, entry, simulator, phones, public_address, clock):
    chosen = [str(simulator.account.find("101").id)]
    hass.config_entries.async_update_entry(
        entry, options={"watch": ["chosen"], "extensions": [*chosen, "550100199016"], "transport": "webhook"}
    )
    office = Office(hass, entry, simulator, phones)
    await office.set_up()
    made = webhook(simulator)
    assert not any("550100199016" in one.text for one in made.filters)
    simulator.account.add_extension(Extension(id=550100199016, number="109", name="Henry Adams"))
    await office.settle()
    clock.advance(3)
    await until(lambda: any("550100199016" in one.text for one in made.filters))
    assert webhook(simulator) is made
    phones.call_in("109")
    await office.shows("109", "ringing", "on")
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_what_a_crash_left_is_deleted_where_the_new_address_is_refused(hass, office):
    made = webhook(office.simulator)
    office.simulator.faults.apply({"kind": "status", "path": "*/subscription*", "method": "DELETE", "status": 500})
    assert await hass.config_entries.async_unload(office.entry.entry_id)
    office.simulator.faults.clear()
    await hass.config.async_update(external_url="http://127.0.0.1:9")
    assert await hass.config_entries.async_setup(office.entry.entry_id)
    await until(lambda: [one.transport for one in subscriptions(office.simulator)] == ["WebSocket"])
    assert made not in subscriptions(office.simulator)
    assert find_issue(hass, office.entry, "webhook").translation_key == "webhook_refused"


async def test_too_many_subscriptions_give_way_to_the_websocket(hass, entry, simulator, public_address):
    simulator.subscriptions.limit = 0
    assert await hass.config_entries.async_setup(entry.entry_id)
    await until(lambda: find_issue(hass, entry, "webhook"))
    assert find_issue(hass, entry, "webhook").translation_placeholders["code"] == "SUB-505"
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_a_new_one_that_is_not_active_is_made_again(hass, entry, simulator, public_address, monkeypatch):
    record = simulator.subscriptions.record
    words = iter(["Suspended"])
    monkeypatch.setattr(simulator.subscriptions, "record", lambda one: {**record(one), "status": next(words, "Active")})
    office = Office(hass, entry, simulator, None)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await office.pass_time(20, 2)
    await until(lambda: office.coordinator.link.is_connected)
    assert counters(office)["created"] == 2
    webhook(simulator)
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_a_check_that_is_refused_is_a_failed_one(office):
    office.simulator.faults.apply({"kind": "status", "path": "*/subscription/*", "method": "GET", "status": 400})
    await office.pass_time(CHECK_INTERVAL + 60, 10)
    assert office.shown(None, "connection") == "off"
    office.simulator.faults.clear()
    await office.pass_time(400, 10)
    await office.shows(None, "connection", "on")


async def test_a_fault_of_the_pipeline_does_not_end_the_link(office, phones, monkeypatch, caplog):
    with monkeypatch.context() as patched:
        patched.setattr(office.coordinator, "push_events", lambda payloads, *, replayed: 1 / 0)
        phones.call_in("102")
        await until(lambda: counters(office)["deliveries"] == 1)
        await office.settle()
    assert "listener of the push failed" in caplog.text
    phones.call_in("101")
    await office.shows("101", "ringing", "on")


class TestRefusedFilters:
    """RingCentral refuses the request because of some filters."""

    @pytest.fixture
    def settings(self):
        return CloudSettings(
            refused_filters=(r"/account/\d+/presence", r"/extension/550100103016/presence"),
            fail_on_refused_filter=True,
            replay_delay=0,
        )

    async def test_the_others_are_subscribed_to_by_one_subscription(self, hass, office, phones):
        await until(lambda: len(webhook(office.simulator).filters) > 5)
        phones.call_in("104")
        await office.shows("104", "ringing", "on")
        await until(lambda: find_issue(hass, office.entry, "hidden_extensions"))
        named = find_issue(hass, office.entry, "hidden_extensions").translation_placeholders["extensions"]
        assert "Ben Okafor" in named


# The end


async def test_unloading_deletes_it_and_the_address_is_nobodys(hass, office, visitor):
    path = f"/api/webhook/{office.entry.data['webhook_id']}"
    assert await hass.config_entries.async_unload(office.entry.entry_id)
    assert subscriptions(office.simulator) == []
    assert (await visitor.get(path)).status == 200


async def test_removal_leaves_nothing_behind(hass, office):
    await hass.config_entries.async_remove(office.entry.entry_id)
    await hass.async_block_till_done()
    assert subscriptions(office.simulator) == []
    assert office.simulator.oauth.sessions == []


async def test_removal_deletes_what_a_crash_has_left(hass, office):
    office.simulator.faults.apply({"kind": "status", "path": "*/subscription*", "method": "DELETE", "status": 500})
    assert await hass.config_entries.async_unload(office.entry.entry_id)
    office.simulator.faults.clear()
    assert len(subscriptions(office.simulator)) == 1
    await hass.config_entries.async_remove(office.entry.entry_id)
    await hass.async_block_till_done()
    assert subscriptions(office.simulator) == []
    assert office.simulator.oauth.sessions == []


async def test_a_login_that_is_refused_asks_the_user(hass, office):
    office.simulator.login(office.simulator.credentials).jwt = "another"
    office.simulator.revoke_sessions()
    await office.pass_time(CHECK_INTERVAL + 10, 50)
    progress = hass.config_entries.flow.async_progress
    await until(progress)
    assert {flow["context"]["source"] for flow in progress()} == {"reauth"}


async def test_secrets_and_people_stay_out_of_log_and_diagnostics(hass, office, visitor, phones, caplog):
    caplog.set_level(logging.DEBUG, logger="custom_components.ringcentral")
    phones.call_in("101", from_number="+14155550123", from_name="John Wang")
    await office.shows("101", "ringing", "on")
    await post(office, visitor, b'{"event": 7, "body": {"from": "+14155550123"}}')
    await post(office, visitor, b'{"from": "John Wang"}', token="wrong")
    await until(lambda: office.coordinator.office.counters["malformed"] == 1)
    reported = json.dumps(await async_get_config_entry_diagnostics(hass, office.entry))
    logged = "\n".join(one.getMessage() for one in caplog.records if one.name.startswith("custom_components"))
    for secret in (office.entry.data["webhook_id"], office.entry.data["verification_token"], "4155550123", "John Wang"):
        assert secret not in reported
        assert secret not in logged


# The truth


@pytest.mark.parametrize("seed", range(5))
async def test_random_office_life_over_webhooks_ends_equal_to_the_truth(office, seed):
    await live(office, seed, streams=4, disturb=lambda chance: disturb(office.simulator.faults, chance))
    assert ("POST", "/restapi/oauth/wstoken") not in office.simulator.requests


def disturb(faults, chance):
    """Let deliveries overtake each other, come twice, late or not at all, or set that right."""
    fault = chance.choice(
        [
            None,
            {"kind": "reorder", "window": chance.uniform(0.1, 2.5), "for": 20},
            {"kind": "delay", "min": 0.1, "max": 1.5, "probability": 0.5, "for": 20},
            {"kind": "duplicate", "delay": chance.uniform(0, 2), "for": 30},
            {"kind": "malformed", "form": "any", "count": 1},
        ]
    )
    if fault is None:
        faults.clear()
    else:
        faults.apply(fault)
