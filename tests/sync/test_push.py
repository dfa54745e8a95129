"""Which transport brings the events: as the options say, as RingCentral allows, and without losing any between."""

import pytest

from custom_components.ringcentral.diagnostics import describe_office
from simulator.clock import Clock
from simulator.settings import CloudSettings
from tests.hooks import permissions, subscriptions, webhook
from tests.office import Office, find_issue
from tests.waiting import until, until_quiet


def used(office):
    """Return the transport that is in use."""
    return describe_office(office.coordinator)["transport"]["used"]


def hold_back(office):
    return describe_office(office.coordinator)["transport"]["hold_back"]


def socket_tokens(simulator):
    """Return how often a pass for the WebSocket gateway was asked for."""
    return simulator.requests["POST", "/restapi/oauth/wstoken"]


@pytest.fixture
def transport():
    return "automatic"


@pytest.fixture
def hold_back_option():
    return {}


@pytest.fixture
def options(transport, hold_back_option):
    return {"watch": ["account"], "transport": transport, **hold_back_option}


@pytest.fixture
def allowed():
    """The application's permissions that have to do with events."""
    return {"WebSocket", "SubscriptionWebhook"}


@pytest.fixture
async def started(hass, entry, simulator, phones, allowed):
    """An office that was set up, whatever came of it."""
    granted = permissions(simulator)
    granted -= {"WebSocket", "SubscriptionWebhook"} - allowed
    office = Office(hass, entry, simulator, phones)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    yield office
    await hass.config_entries.async_unload(entry.entry_id)


async def switch(hass, office, **options):
    """Change the options and reload, as the dialog does."""
    hass.config_entries.async_update_entry(office.entry, options={"watch": ["account"], **options})
    assert await hass.config_entries.async_reload(office.entry.entry_id)
    await until(lambda: office.coordinator.link.is_connected)
    await office.settle()


async def rings(office, number="101"):
    """Prove that events come."""
    office.phones.call_in(number)
    await office.shows(number, "ringing", "on")


class TestAutomatic:
    """The WebSocket if that is allowed, else the webhook if there is an address."""

    async def test_the_websocket_comes_first(self, office, public_address):
        await rings(office)
        assert [one.transport for one in subscriptions(office.simulator)] == ["WebSocket"]
        assert used(office) == "websocket"
        assert hold_back(office) == 0
        assert "webhook_id" not in office.entry.data

    @pytest.mark.parametrize("allowed", [{"SubscriptionWebhook"}])
    async def test_the_webhook_is_used_where_sockets_are_refused(self, hass, public_address, started):
        await until(lambda: used(started) == "webhook")
        await rings(started)
        assert hold_back(started) == 0.1
        assert find_issue(hass, started.entry, "webhook") is None
        assert find_issue(hass, started.entry, "missing_permission") is None
        assert socket_tokens(started.simulator) == 1

    @pytest.mark.parametrize("allowed", [{"SubscriptionWebhook"}])
    async def test_without_an_address_the_missing_permission_is_named(self, hass, started):
        await until(lambda: find_issue(hass, started.entry, "missing_permission"))
        named = find_issue(hass, started.entry, "missing_permission").translation_placeholders["permission"]
        assert named == "WebSocket Subscriptions"
        assert find_issue(hass, started.entry, "webhook") is None

    @pytest.mark.parametrize("allowed", [{"SubscriptionWebhook"}])
    async def test_a_missing_permission_stays_said_until_it_is_given(self, hass, started):
        await until(lambda: find_issue(hass, started.entry, "missing_permission"))
        for _ in range(40):
            await started.pass_time(60, 30)
            assert find_issue(hass, started.entry, "missing_permission") is not None
        permissions(started.simulator).add("WebSocket")
        await started.comes_true(lambda: used(started) == "websocket", within=1000, step=30)
        await started.comes_true(lambda: find_issue(hass, started.entry, "missing_permission") is None, within=1000)

    @pytest.mark.parametrize("allowed", [set()])
    async def test_where_neither_is_allowed_that_of_the_websocket_is_named(self, hass, public_address, started):
        await until(lambda: find_issue(hass, started.entry, "missing_permission"))
        named = find_issue(hass, started.entry, "missing_permission").translation_placeholders["permission"]
        assert named == "WebSocket Subscriptions"
        started.phones.set_status("102", "Busy")
        await started.pass_time(130, 10)
        await started.shows("102", "presence", "busy")

    @pytest.mark.parametrize("allowed", [{"SubscriptionWebhook"}])
    async def test_a_blacklisted_webhook_is_made_again_in_time(self, public_address, started):
        await until(lambda: used(started) == "webhook")
        started.simulator.webhooks.blacklist(webhook(started.simulator), "HTTP status 404")
        await started.pass_time(310, 10)
        assert used(started) is None
        await started.pass_time(1200, 10)
        await until(lambda: used(started) == "webhook")
        await started.until_true()
        await rings(started)

    @pytest.mark.parametrize("allowed", [{"SubscriptionWebhook"}])
    async def test_a_reload_adopts_nothing_and_leaves_nothing(self, hass, public_address, started):
        await until(lambda: used(started) == "webhook")
        assert await hass.config_entries.async_reload(started.entry.entry_id)
        await until(lambda: used(started) == "webhook")
        webhook(started.simulator)
        await rings(started)


class TestWebhook:
    """The webhook was chosen; while it can't be used, the WebSocket stands in."""

    @pytest.fixture
    def transport(self):
        return "webhook"

    async def test_without_an_address_the_websocket_is_used_and_that_is_said(self, hass, started):
        await until(lambda: used(started) == "websocket")
        assert find_issue(hass, started.entry, "webhook").translation_key == "webhook_no_address"
        await rings(started)

    async def test_an_address_that_comes_later_is_used_at_once(self, hass, visitor, started, phones):
        await until(lambda: used(started) == "websocket")
        reported = []
        started.coordinator.stream.async_listen(reported.append)
        call = phones.call_in("101")
        await started.shows("101", "ringing", "on")
        await hass.config.async_update(external_url=str(visitor.make_url("")))
        await until(lambda: used(started) == "webhook")
        await until(lambda: [one.transport for one in subscriptions(started.simulator)] == ["WebHook"])
        assert find_issue(hass, started.entry, "webhook") is None
        call.answer()
        await started.shows("101", "on_call", "on")
        call.hang_up()
        await started.until_true()
        await started.pass_time(5, 1)
        assert [str(one.kind) for one in reported] == ["ringing", "answered", "ended"]
        assert started.coordinator.office.counters["disconnected"] == 0

    async def test_a_refused_address_gives_way_and_is_tried_again(self, hass, visitor, started):
        refusing = "http://127.0.0.1:9"
        await hass.config.async_update(external_url=refusing)

        def refusal():
            found = find_issue(hass, started.entry, "webhook")
            return found if found is not None and found.translation_key == "webhook_refused" else None

        await until(refusal)
        assert refusal().translation_placeholders["code"] == "SUB-525"
        await until(lambda: used(started) == "websocket")
        await rings(started)
        tries = started.simulator.requests["POST", "/restapi/v1.0/subscription"]
        await started.pass_time(600, 10)
        assert started.simulator.requests["POST", "/restapi/v1.0/subscription"] > tries
        assert used(started) == "websocket"

    @pytest.mark.parametrize("allowed", [{"WebSocket"}])
    async def test_a_missing_permission_is_named_and_the_websocket_used(self, hass, public_address, started):
        await until(lambda: used(started) == "websocket")
        found = find_issue(hass, started.entry, "webhook")
        assert found.translation_key == "missing_app_permission"
        assert found.translation_placeholders["permission"] == "Webhook Subscriptions"
        await rings(started)
        permissions(started.simulator).add("SubscriptionWebhook")
        await started.pass_time(600, 10)
        await until(lambda: used(started) == "webhook")
        assert find_issue(hass, started.entry, "webhook") is None

    @pytest.mark.parametrize("allowed", [set()])
    async def test_where_neither_is_allowed_polling_goes_on(self, hass, public_address, started, phones):
        await until(lambda: find_issue(hass, started.entry, "webhook"))
        phones.set_status("102", "Busy")
        await started.pass_time(130, 10)
        await started.shows("102", "presence", "busy")
        permissions(started.simulator).add("WebSocket")
        await started.pass_time(600, 10)
        await until(lambda: used(started) == "websocket")

    async def test_unloading_ends_both(self, hass, visitor, started):
        await until(lambda: used(started) == "websocket")
        await hass.config.async_update(external_url=str(visitor.make_url("")))
        assert await hass.config_entries.async_unload(started.entry.entry_id)
        await until(lambda: not subscriptions(started.simulator))


class TestWebSocket:
    """The WebSocket was chosen; there is no other."""

    @pytest.fixture
    def transport(self):
        return "websocket"

    @pytest.mark.parametrize("allowed", [{"SubscriptionWebhook"}])
    async def test_a_refused_socket_is_said_even_where_a_webhook_would_do(self, hass, public_address, started):
        await until(lambda: find_issue(hass, started.entry, "missing_permission"))
        assert subscriptions(started.simulator) == []


# Switching


async def test_switching_back_and_forth_loses_nothing(hass, office, public_address, phones):
    call = phones.call_in("101")
    await office.shows("101", "ringing", "on")
    await switch(hass, office, transport="webhook")
    assert used(office) == "webhook"
    assert [one.transport for one in subscriptions(office.simulator)] == ["WebHook"]
    assert office.differences() == []
    call.answer()
    await office.shows("101", "on_call", "on")
    await switch(hass, office, transport="websocket")
    assert [one.transport for one in subscriptions(office.simulator)] == ["WebSocket"]
    assert office.differences() == []
    call.hang_up()
    await office.shows("101", "on_call", "off")
    await office.until_true()


async def test_the_websocket_clears_up_what_a_crashed_webhook_left(hass, office, public_address):
    await switch(hass, office, transport="webhook")
    office.simulator.faults.apply({"kind": "status", "path": "*/subscription*", "method": "DELETE", "status": 500})
    assert await hass.config_entries.async_unload(office.entry.entry_id)
    office.simulator.faults.clear()
    webhook(office.simulator)
    hass.config_entries.async_update_entry(office.entry, options={"watch": ["account"], "transport": "websocket"})
    assert await hass.config_entries.async_setup(office.entry.entry_id)
    await until(lambda: [one.transport for one in subscriptions(office.simulator)] == ["WebSocket"])
    await until(lambda: "webhook_id" not in office.entry.data)
    assert "verification_token" not in office.entry.data


# Hold-back


class TestHoldBack:
    """An option of its own, on a clock that stands still until a test moves it."""

    @pytest.fixture
    def clock(self):
        return Clock(speed=1e-6)

    @pytest.mark.parametrize("transport", ["websocket", "webhook"])
    @pytest.mark.parametrize("hold_back_option", [{"hold_back": 0}])
    async def test_without_it_events_show_at_once(self, public_address, office):
        assert hold_back(office) == 0
        await rings(office)

    @pytest.mark.parametrize("transport", ["websocket", "webhook"])
    @pytest.mark.parametrize("hold_back_option", [{"hold_back": 250}])
    async def test_events_wait_as_long_as_was_chosen(self, public_address, office, phones, clock):
        assert hold_back(office) == 0.25
        phones.call_in("101")
        await until(lambda: office.coordinator.office.counters["received"])
        clock.advance(0.2)
        await until_quiet()
        assert office.shown("101", "ringing") == "off"
        clock.advance(0.1)
        await office.shows("101", "ringing", "on")


@pytest.mark.parametrize("transport", ["websocket"])
async def test_a_permission_that_is_withdrawn_leaves_no_subscription(hass, started):
    permissions(started.simulator).discard("WebSocket")
    started.simulator.gateway.close_abruptly()
    await started.comes_true(lambda: find_issue(hass, started.entry, "missing_permission"), within=60)
    await until(lambda: not subscriptions(started.simulator, "WebSocket"))


async def test_a_link_that_brings_no_events_is_made_again_and_if_that_is_not_enough_said(hass, office):
    push = office.coordinator.link._push
    former = office.simulator.gateway.connections[0]
    push.replace_deaf()
    await until(lambda: office.simulator.gateway.connections and former not in office.simulator.gateway.connections)
    await rings(office)
    assert find_issue(hass, office.entry, "missing_events") is None
    assert office.coordinator.office.counters["disconnected"] == 0
    push.replace_deaf()
    assert find_issue(hass, office.entry, "missing_events") is None, "lost before the link was made again"
    await office.pass_time(301, 30)
    push.replace_deaf()
    assert find_issue(hass, office.entry, "missing_events") is not None
    assert describe_office(office.coordinator)["verdicts"]["link_brings_events"] == 3
    assert await hass.config_entries.async_unload(office.entry.entry_id)
    assert find_issue(hass, office.entry, "missing_events") is None


class TestDeliveriesWithoutToken:
    """RingCentral's deliveries don't prove where they come from."""

    @pytest.fixture
    def transport(self):
        return "webhook"

    @pytest.fixture
    def settings(self):
        return CloudSettings(replay_delay=0, sends_verification_token=False)

    async def test_the_websocket_stands_in_and_that_is_said(self, hass, public_address, office, phones):
        for status in ("Busy", "Available", "Busy"):
            phones.set_status("102", status)
            await office.settle()
        await until(lambda: used(office) == "websocket")
        assert find_issue(hass, office.entry, "webhook").translation_key == "webhook_no_token"
        await rings(office)
        await office.until_true()
        await office.pass_time(1200, 30)
        assert used(office) == "websocket"
