"""From an entry's data to a client that can talk to RingCentral."""

from collections.abc import Callable, Mapping
from typing import Any

from homeassistant.const import CONF_CLIENT_ID, CONF_CLIENT_SECRET
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.util.hass_dict import HassKey
import msgspec

from .api.auth import JwtAuth
from .api.client import RingCentralClient
from .api.clock import Clock, SystemClock
from .api.models import Token
from .api.rate_limit import RateLimits
from .const import CONF_JWT, CONF_SERVER, CONF_TOKEN, DEFAULT_SERVER, DOMAIN

# A simulation puts its clock here; without one, time is the machine's.
DATA_CLOCK: HassKey[Clock] = HassKey(f"{DOMAIN}_clock")


def create_client(
    hass: HomeAssistant, data: Mapping[str, Any], store_token: Callable[[Token | None], None]
) -> RingCentralClient:
    """Return a client for that login; ``store_token`` gets each new token before its first use."""
    clock = hass.data.get(DATA_CLOCK) or SystemClock()
    session = async_get_clientsession(hass)
    server = data.get(CONF_SERVER, DEFAULT_SERVER)
    limits = RateLimits(clock)
    stored = data.get(CONF_TOKEN)
    auth = JwtAuth(
        session,
        server=server,
        client_id=data[CONF_CLIENT_ID],
        client_secret=data[CONF_CLIENT_SECRET],
        jwt=data[CONF_JWT],
        clock=clock,
        budget=limits,
        token=msgspec.convert(stored, Token) if stored else None,
        store_token=store_token,
    )
    return RingCentralClient(session, auth, server=server, clock=clock, limits=limits)
