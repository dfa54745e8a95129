"""From an entry's data to a client that can talk to RingCentral."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_CLIENT_ID, CONF_CLIENT_SECRET
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ImplementationUnavailableError, UnknownImplementationError
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.config_entry_oauth2_flow import (
    AbstractOAuth2Implementation,
    async_get_config_entry_implementation,
)
from homeassistant.util.hass_dict import HassKey
import msgspec

from ..api.account import Token, TokenReply
from ..api.auth import CodeAuth, JwtAuth, as_token
from ..api.client import RingCentralClient
from ..api.clock import Clock, SystemClock
from ..api.rate_limit import RateLimits
from ..application_credentials import RingCentralImplementation
from ..const import CONF_AUTH_IMPLEMENTATION, CONF_JWT, CONF_SERVER, CONF_TOKEN, DEFAULT_SERVER, DOMAIN

# A simulation puts its clock here; without one, time is the machine's.
DATA_CLOCK: HassKey[Clock] = HassKey(f"{DOMAIN}_clock")

# The budgets of each login, by what distinguishes logins.
_DATA_LIMITS: HassKey[dict[int, RateLimits]] = HassKey(f"{DOMAIN}_limits")

# How long the end of a session bears silence, since the user waits for it; it would end by itself. In seconds.
_GOODBYE_PATIENCE = 5.0

# What an entry's data says of the login; all else in it stays when the user logs in again.
LOGIN_KEYS = frozenset(
    {CONF_AUTH_IMPLEMENTATION, CONF_CLIENT_ID, CONF_CLIENT_SECRET, CONF_JWT, CONF_SERVER, CONF_TOKEN}
)


class App(NamedTuple):
    """The user's app at RingCentral; the secret of a public one is empty."""

    client_id: str
    client_secret: str


def app_of(implementation: AbstractOAuth2Implementation) -> App:
    """Return the app that logs in with an application credential."""
    assert isinstance(implementation, RingCentralImplementation), "this domain provides no other"  # noqa: S101
    return App(implementation.client_id, implementation.client_secret)


async def async_get_app(hass: HomeAssistant, entry: ConfigEntry) -> App:
    """Return the app that an entry uses.

    Raises :class:`UnknownImplementationError`, on which the user is asked to log in again, if the application
    credential was removed, and :class:`ImplementationUnavailableError` if it may come back.
    """
    if CONF_JWT in entry.data:
        return App(entry.data[CONF_CLIENT_ID], entry.data[CONF_CLIENT_SECRET])
    return app_of(await async_get_config_entry_implementation(hass, entry))


def create_client(
    hass: HomeAssistant, app: App, data: Mapping[str, Any], store_token: Callable[[Token | None], None]
) -> RingCentralClient:
    """Return a client for that login; ``store_token`` gets each new token before its first use."""
    clock = _clock(hass)
    session = async_get_clientsession(hass)
    server = data.get(CONF_SERVER, DEFAULT_SERVER)
    limits = _limits(hass, server, app, data)
    stored = data.get(CONF_TOKEN)
    kind = partial(JwtAuth, jwt=data[CONF_JWT]) if CONF_JWT in data else CodeAuth
    auth = kind(
        session,
        server=server,
        client_id=app.client_id,
        client_secret=app.client_secret,
        clock=clock,
        limits=limits,
        token=msgspec.convert(stored, Token) if stored else None,
        store_token=store_token,
    )
    return RingCentralClient(session, auth, server=server, clock=clock, limits=limits)


def read_token(hass: HomeAssistant, reply: Mapping[str, Any]) -> Token:
    """Return the token of an answer that Home Assistant has just got; raises ``msgspec.ValidationError``."""
    return as_token(msgspec.convert(reply, TokenReply), _clock(hass).time())


async def async_stored_client(hass: HomeAssistant, entry: ConfigEntry) -> RingCentralClient | None:
    """Return a client that goes on with an entry's session apart from the entry; ``None`` if that cannot be done."""
    if not entry.data.get(CONF_TOKEN):
        return None
    try:
        app = await async_get_app(hass, entry)
    except UnknownImplementationError, ImplementationUnavailableError:
        return None
    return create_client(hass, app, entry.data, lambda _: None)


async def async_end_session(
    hass: HomeAssistant,
    entry: ConfigEntry,
    before: Callable[[RingCentralClient], Awaitable[None]] | None = None,
) -> None:
    """End an entry's session at RingCentral; without its application credential, it ends when its tokens expire.

    What is to be done with the session ``before`` its end gets the client.
    """
    client = await async_stored_client(hass, entry)
    if client is None:
        return
    with client.auth.patience.limited(_GOODBYE_PATIENCE):
        if before is not None:
            await before(client)
        await client.auth.revoke()


def _limits(hass: HomeAssistant, server: str, app: App, data: Mapping[str, Any]) -> RateLimits:
    """Return the budgets of a login, which outlive its clients: a penalty goes on over a reload."""
    user = data.get(CONF_JWT) or (data.get(CONF_TOKEN) or {}).get("owner_id")
    key = hash((server, app.client_id, user))
    return hass.data.setdefault(_DATA_LIMITS, {}).setdefault(key, RateLimits(_clock(hass)))


def _clock(hass: HomeAssistant) -> Clock:
    return hass.data.get(DATA_CLOCK) or SystemClock()
