"""An office whose app may read and edit the voicemail of 101."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from homeassistant.components.media_source import async_browse_media, generate_media_source_id
from homeassistant.core import callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.ringcentral.const import DOMAIN, EVENT_VOICEMAIL
from custom_components.ringcentral.voicemail.box import NEWS
from custom_components.ringcentral.voicemail.bus import SIGNAL_VOICEMAIL
from simulator.logins import HISTORY_PERMISSIONS

SYNC = ("GET", "/restapi/v1.0/account/{accountId}/extension/{extensionId}/message-sync")


@pytest.fixture
def permissions():
    return HISTORY_PERMISSIONS


@pytest.fixture
def options():
    return {"watch": ["own"]}


@pytest.fixture
def reads(simulator):
    """How often the mailbox was read so far."""
    return lambda: simulator.requests[SYNC]


@pytest.fixture
def leave(account):
    """Leave a voicemail for 101."""
    return lambda **more: account.messages.add(
        account.find("101").id, **{"from_number": "+14155550123", "from_name": "John Wang", **more}
    )


@pytest.fixture
async def mailbox(office):
    """The mailbox, once it is read."""
    await office.pass_time(10)
    return office.coordinator.voicemail


class Sent(NamedTuple):
    """What was sent of a voicemail."""

    data: Mapping[str, Any]


@pytest.fixture
def events(hass):
    """What is sent about voicemails, as triggers get it."""
    sent = []

    @callback
    def take(data, context):
        if data["type"] in NEWS:
            sent.append(Sent(data))

    stop = async_dispatcher_connect(hass, SIGNAL_VOICEMAIL, take)
    yield sent
    stop()


@pytest.fixture
def fired(hass):
    """What is fired about voicemails, as the database keeps it."""
    return async_capture_events(hass, EVENT_VOICEMAIL)


@pytest.fixture
async def source(hass):
    """The voicemails among Home Assistant's media."""
    for component in ("media_source", DOMAIN):
        assert await async_setup_component(hass, component, {})
    await async_browse_media(hass, generate_media_source_id(DOMAIN, ""))


@pytest.fixture
def entry(source, entry):
    """An entry that is made after the source, which has to be there before Home Assistant's server starts."""
    return entry
