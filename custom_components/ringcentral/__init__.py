"""RingCentral presence: extensions of an office phone system as live devices."""

from collections.abc import Callable

from homeassistant.const import CONF_CLIENT_ID, CONF_CLIENT_SECRET, Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.util.hass_dict import HassKey
import msgspec

from .api.auth import JwtAuth
from .api.client import RingCentralClient
from .api.clock import Clock, SystemClock
from .api.models import Token
from .api.rate_limit import RateLimits
from .const import CONF_JWT, CONF_SERVER, CONF_TOKEN, DEFAULT_SERVER, DOMAIN, MANUFACTURER
from .coordinator import RingCentralConfigEntry, RingCentralCoordinator
from .issues import async_clear_issues

PLATFORMS = [Platform.BINARY_SENSOR, Platform.BUTTON, Platform.SENSOR]

# A simulation puts its clock here; without one, time is the machine's.
DATA_CLOCK: HassKey[Clock] = HassKey(f"{DOMAIN}_clock")


async def async_setup_entry(hass: HomeAssistant, entry: RingCentralConfigEntry) -> None:
    """Log in, read the extensions' presence, make the devices, then listen."""

    @callback
    def store_token(token: Token | None) -> None:
        data = {**entry.data, CONF_TOKEN: msgspec.to_builtins(token)}
        hass.config_entries.async_update_entry(entry, data=data)

    client = _client(hass, entry, store_token)
    coordinator = RingCentralCoordinator(hass, entry, client)
    await coordinator.async_set_up()
    entry.runtime_data = coordinator
    _register_account_device(hass, entry)
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    coordinator.async_start()


async def async_unload_entry(hass: HomeAssistant, entry: RingCentralConfigEntry) -> None:
    """Close the link and delete its subscription; the OAuth session is kept for the next start."""
    await hass.config_entries.async_unload_platforms_or_raise(entry, PLATFORMS)
    await entry.runtime_data.async_stop()
    async_clear_issues(hass, entry)


async def async_remove_entry(hass: HomeAssistant, entry: RingCentralConfigEntry) -> None:
    """End the OAuth session, so that nothing stays behind at RingCentral."""
    if entry.data.get(CONF_TOKEN):
        await _client(hass, entry, lambda _: None).auth.revoke()


def _client(
    hass: HomeAssistant, entry: RingCentralConfigEntry, store_token: Callable[[Token | None], None]
) -> RingCentralClient:
    clock = hass.data.get(DATA_CLOCK) or SystemClock()
    session = async_get_clientsession(hass)
    server = entry.data.get(CONF_SERVER, DEFAULT_SERVER)
    limits = RateLimits(clock)
    stored = entry.data.get(CONF_TOKEN)
    auth = JwtAuth(
        session,
        server=server,
        client_id=entry.data[CONF_CLIENT_ID],
        client_secret=entry.data[CONF_CLIENT_SECRET],
        jwt=entry.data[CONF_JWT],
        clock=clock,
        budget=limits,
        token=msgspec.convert(stored, Token) if stored else None,
        store_token=store_token,
    )
    return RingCentralClient(session, auth, server=server, clock=clock, limits=limits)


def _register_account_device(hass: HomeAssistant, entry: RingCentralConfigEntry) -> None:
    """Make the device that the extensions' devices hang on."""
    dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id,
        identifiers={(DOMAIN, f"{entry.runtime_data.login_id}-account")},
        name=entry.title,
        manufacturer=MANUFACTURER,
        model="Account",
        entry_type=dr.DeviceEntryType.SERVICE,
    )
