"""Where RingCentral can post to: the external URL, its changes, and Home Assistant's cloud."""

from aiohttp import web
from homeassistant.components import cloud
from homeassistant.components.cloud.client import CloudClient
from homeassistant.components.webhook import async_handle_webhook
from homeassistant.config_entries import ConfigEntryState
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.util.aiohttp import MockRequest
import pytest

from tests.hooks import subscriptions, webhook
from tests.office import Office, find_issue
from tests.waiting import until


@pytest.fixture
def options():
    """Options of the entry: events come by webhook."""
    return {"watch": ["account"], "transport": "webhook"}


@pytest.fixture
async def office(public_address, office):
    """Home Assistant watching the office by webhook."""
    await until(lambda: subscriptions(office.simulator, "WebHook"))
    return office


async def test_a_changed_address_moves_the_subscription(hass, office, phones, public_address):
    made = webhook(office.simulator)
    moved = public_address.replace("127.0.0.1", "localhost")
    await hass.config.async_update(external_url=moved)
    await until(lambda: made not in subscriptions(office.simulator))
    assert webhook(office.simulator).delivery_mode["address"].startswith(moved)
    phones.call_in("101")
    await office.shows("101", "ringing", "on")


async def test_another_change_of_the_configuration_asks_nothing(hass, office):
    before = dict(office.simulator.requests)
    await hass.config.async_update(elevation=12)
    await office.settle()
    assert dict(office.simulator.requests) == before


async def test_an_address_that_goes_away_gives_way_to_the_websocket(hass, office, phones):
    await hass.config.async_update(external_url=None)
    await until(lambda: find_issue(hass, office.entry, "webhook") is not None)
    assert find_issue(hass, office.entry, "webhook").translation_key == "webhook_no_address"
    await until(lambda: [one.transport for one in subscriptions(office.simulator)] == ["WebSocket"])
    phones.call_in("101")
    await office.shows("101", "ringing", "on")


async def test_an_address_without_encryption_is_none(hass, office):
    await hass.config.async_update(external_url="http://home.example.com")
    await until(lambda: find_issue(hass, office.entry, "webhook") is not None)
    assert find_issue(hass, office.entry, "webhook").translation_key == "webhook_no_address"


# Home Assistant's cloud


class CloudRelay:
    """A cloud that has a hook: it passes requests on to Home Assistant, and answers back."""

    def __init__(self, hass, *, with_headers):
        self.hass = hass
        self.with_headers = with_headers
        self.is_connected = True
        self.hooks = {}
        self.deleted = []
        self.url = ""

    async def create(self, hass, webhook_id):
        if not self.is_connected:
            raise cloud.CloudNotConnected
        self.hooks["hook"] = {"cloudhook_id": "hook", "webhook_id": webhook_id, "cloudhook_url": f"{self.url}/hook"}
        return self.hooks["hook"]["cloudhook_url"]

    async def delete(self, hass, webhook_id):
        self.deleted.append(webhook_id)

    async def relay(self, request):
        """Do what the cloud's client does, with all headers of the answer if that is asked for."""
        body = (await request.read()).decode()
        if not self.with_headers:
            client = object.__new__(CloudClient)
            client._hass = self.hass
            client._prefs = type("Preferences", (), {"cloudhooks": self.hooks})()
            answer = await client.async_webhook_message(
                {
                    "cloudhook_id": "hook",
                    "body": body,
                    "headers": dict(request.headers),
                    "method": request.method,
                    "query": "",
                }
            )
            return web.Response(status=answer["status"], headers=answer["headers"], text=answer["body"])
        passed_on = MockRequest(body.encode(), "cloud", request.method, headers=dict(request.headers))
        answer = await async_handle_webhook(self.hass, self.hooks["hook"]["webhook_id"], passed_on)
        return web.Response(status=answer.status, headers=answer.headers)


@pytest.fixture
def with_headers():
    """Whether the cloud passes all headers of an answer on."""
    return True


@pytest.fixture
async def relay(hass, visitor, monkeypatch, with_headers):
    relay = CloudRelay(hass, with_headers=with_headers)
    application = web.Application()
    application.router.add_post("/hook", relay.relay)
    runner = web.AppRunner(application, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    relay.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    monkeypatch.setattr(cloud, "async_active_subscription", lambda hass: True)
    monkeypatch.setattr(cloud, "async_get_or_create_cloudhook", relay.create)
    monkeypatch.setattr(cloud, "async_delete_cloudhook", relay.delete)
    yield relay
    await runner.cleanup()


@pytest.fixture
async def remote_office(hass, relay, entry, simulator, phones):
    """An office that only the cloud reaches, tried once."""
    office = Office(hass, entry, simulator, phones)
    await office.set_up()
    yield office
    if entry.state is ConfigEntryState.LOADED:
        await hass.config_entries.async_unload(entry.entry_id)


async def test_without_an_address_of_its_own_the_clouds_hook_is_used(hass, relay, remote_office, phones):
    assert webhook(remote_office.simulator).delivery_mode["address"] == f"{relay.url}/hook"
    phones.call_in("101", from_name="Jürgen 王")
    await remote_office.shows("101", "ringing", "on")
    assert remote_office.shown("101", "caller") == "Jürgen 王"
    await hass.config_entries.async_remove(remote_office.entry.entry_id)
    await hass.async_block_till_done()
    assert subscriptions(remote_office.simulator) == []
    assert relay.deleted == [remote_office.entry.data["webhook_id"]]


async def test_a_hook_that_the_user_deletes_is_made_again(hass, relay, remote_office, phones):
    made = webhook(remote_office.simulator)
    async_dispatcher_send(hass, cloud._SIGNAL_CLOUDHOOKS_UPDATED, {})
    await remote_office.settle()
    await until(lambda: remote_office.entry.data.get("cloudhook_url") is not None)
    assert webhook(remote_office.simulator).id == made.id


@pytest.mark.parametrize("with_headers", [False])
async def test_a_hook_that_drops_headers_fails_the_handshake_and_that_is_said(hass, relay, remote_office, phones):
    found = find_issue(hass, remote_office.entry, "webhook")
    assert (found.translation_key, found.translation_placeholders["code"]) == ("webhook_refused", "SUB-525")
    assert [one.transport for one in subscriptions(remote_office.simulator)] == ["WebSocket"]
    phones.call_in("101")
    await remote_office.shows("101", "ringing", "on")


async def test_a_cloud_that_connects_later_is_used_then(hass, relay, entry, simulator, phones):
    relay.is_connected = False
    office = Office(hass, entry, simulator, phones)
    await office.set_up()
    assert find_issue(hass, entry, "webhook").translation_key == "webhook_no_address"
    relay.is_connected = True
    async_dispatcher_send(hass, cloud.SIGNAL_CLOUD_CONNECTION_STATE, cloud.CloudConnectionState.CLOUD_CONNECTED)
    await until(lambda: subscriptions(simulator, "WebHook"))
    await until(lambda: find_issue(hass, entry, "webhook") is None)
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_the_clouds_remote_address_is_better_than_its_hook(hass, relay, visitor, entry, simulator, monkeypatch):
    remote = str(visitor.make_url("")).rstrip("/").replace("127.0.0.1", "localhost")
    monkeypatch.setattr(cloud, "async_remote_ui_urls", lambda hass: [remote])
    hass.config.components.add("cloud")
    assert await hass.config_entries.async_setup(entry.entry_id)
    await until(lambda: subscriptions(simulator, "WebHook"))
    assert webhook(simulator).delivery_mode["address"].startswith(remote)
    assert relay.hooks == {}
    assert await hass.config_entries.async_unload(entry.entry_id)
