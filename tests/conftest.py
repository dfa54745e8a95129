"""Fixtures shared by all tests: a simulated cloud, and Home Assistant connected to it over real sockets."""

from aiohttp import ClientSession
from homeassistant.config_entries import ConfigEntryState
from homeassistant.helpers.entity import Entity
from homeassistant.setup import async_setup_component
import hypothesis
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ringcentral.const import DOMAIN, TRANSPORT_WEBHOOK
from custom_components.ringcentral.dialogs.login import DATA_CLOCK
from simulator.account import demo_account
from simulator.clock import Clock
from simulator.cloud import Simulator
from simulator.dialects import settings_of
from simulator.phones import Phones
from simulator.settings import CloudSettings
from tests.browser import Browser
from tests.controls import device_id
from tests.marks import are_webhooks, choose, spoken
from tests.office import Office, entry_data

# Every run tries the same examples; look for new ones with `--hypothesis-seed`.
# No test depends on how fast the machine is.
hypothesis.settings.register_profile(
    "repeatable", derandomize=True, deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("repeatable")


@pytest.fixture(autouse=True)
def auto_enable_custom_integrations(request):
    """Let Home Assistant find this integration, in tests that start one."""
    if "hass" in request.fixturenames:
        request.getfixturevalue("enable_custom_integrations")


@pytest.fixture
def entity_registry_enabled_by_default(monkeypatch):
    """Switch every entity on, those that are off by default too."""
    monkeypatch.setattr(Entity, "entity_registry_enabled_default", property(lambda _: True))


@pytest.fixture
def clock():
    """The time that the cloud and the integration share; it can be moved ahead."""
    return Clock()


@pytest.fixture
def account(clock):
    """The office of the demo."""
    return demo_account(clock)


@pytest.fixture
def settings():
    """Settings of the cloud; what it kept is sent at once, since simulated time would run past a real pause.

    ``DIALECT`` names those that it speaks (``scripts/dialects``).
    """
    return CloudSettings(**{**settings_of(*spoken()), "replay_delay": 0})


@pytest.fixture
def permissions():
    """What the app is permitted beside presence."""
    return ()


@pytest.fixture
async def simulator(socket_enabled, account, clock, settings, permissions):
    """A cloud that runs."""
    async with Simulator(account, clock=clock, settings=settings) as running:
        running.permit(*permissions)
        yield running


@pytest.fixture
def phones(account):
    """What people do with the office's phones."""
    return Phones(account)


@pytest.fixture
def options():
    """Options of the entry: which extensions are watched."""
    return {"watch": ["account"]}


@pytest.fixture
def transport(request):
    """Options of the way on which events come, in dialects of another than by default."""
    if not are_webhooks(spoken()):
        return {}
    request.getfixturevalue("public_address")
    return {"transport": TRANSPORT_WEBHOOK}


@pytest.fixture
def entry(hass, simulator, clock, options, transport):
    """An entry as the dialogs make it, not yet set up."""
    hass.data[DATA_CLOCK] = clock
    login = simulator.credentials
    made = MockConfigEntry(
        domain=DOMAIN,
        title="Front Desk (101)",
        unique_id=f"{simulator.account.id}-{login.extension_id}",
        data=entry_data(simulator, login),
        options={**options, **transport},
    )
    made.add_to_hass(hass)
    return made


@pytest.fixture
async def visitor(hass, hass_client_no_auth):
    """Anybody's HTTP client at Home Assistant's real server, which has no external address yet."""
    for dependency in ("application_credentials", "webhook"):
        assert await async_setup_component(hass, dependency, {})
    return await hass_client_no_auth()


@pytest.fixture
async def public_address(hass, visitor):
    """Home Assistant can be reached from outside, at this address."""
    address = str(visitor.make_url("")).rstrip("/")
    await hass.config.async_update(external_url=address)
    return address


@pytest.fixture
async def office(hass, entry, simulator, phones):
    """Home Assistant watching the office, connected."""
    watching = Office(hass, entry, simulator, phones)
    await watching.set_up()
    yield watching
    if entry.state is ConfigEntryState.LOADED:
        await hass.config_entries.async_unload(entry.entry_id)


@pytest.fixture
def desk(hass, office):
    """The device of 101."""
    return device_id(hass, office, "101")


@pytest.fixture
def queue(phones):
    """A call queue with 101 among its members."""
    queue = phones.find("200")
    queue.members = [*queue.members, phones.find("101").id]
    return queue


@pytest.fixture
async def browser(hass, simulator, clock, hass_client_no_auth, current_request_with_host):
    """A user whose app is among the application credentials."""
    hass.data[DATA_CLOCK] = clock
    assert await async_setup_component(hass, DOMAIN, {})
    async with ClientSession() as web:
        using = Browser(hass, simulator, await hass_client_no_auth(), web)
        await using.add_credential()
        yield using
        for entry in hass.config_entries.async_entries(DOMAIN):
            await hass.config_entries.async_unload(entry.entry_id)


def pytest_collection_modifyitems(config, items):
    """Choose what can be in a cloud that speaks another dialect, if it does."""
    choose(config, items)


def pytest_addoption(parser):
    """Let a run leave its figures for docs/reliability.md."""
    parser.addoption("--results", metavar="FOLDER", help="write the figures of faults and fuzz there")
