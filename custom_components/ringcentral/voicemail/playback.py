"""Recordings for media players and browsers: streamed through Home Assistant, so that no token leaves it."""

from collections.abc import AsyncIterator
import logging

import aiohttp
from aiohttp import web
from homeassistant.auth.permissions.const import POLICY_READ
from homeassistant.components.http import KEY_HASS, KEY_HASS_USER, HomeAssistantView
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant

from ..api.content import LARGEST_CONTENT, open_content
from ..api.errors import RequestRejectedError, RingCentralError
from ..const import DOMAIN
from ..coordinator import RingCentralCoordinator
from ..targets import VOICEMAILS, may_use
from .mailbox import Voicemail

_LOGGER = logging.getLogger(__package__)

VIEW_URL = f"/api/{DOMAIN}/voicemail/{{entry_id}}/{{voicemail_id}}"

# What recordings are (reference 6.3); anything else is not played in the name of Home Assistant.
_AUDIO_TYPES = frozenset({"audio/x-wav", "audio/wav", "audio/wave", "audio/mpeg", "audio/mp3"})
DEFAULT_TYPE = "audio/mpeg"

_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def playable_type(content_type: str | None) -> str:
    """Return the type of a recording, as players get it."""
    return content_type if content_type in _AUDIO_TYPES else DEFAULT_TYPE


def find_coordinator(hass: HomeAssistant, entry_id: str) -> RingCentralCoordinator | None:
    """Return the coordinator of a loaded entry of this integration."""
    entry = hass.config_entries.async_get_entry(entry_id)
    if entry is None or entry.domain != DOMAIN or entry.state is not ConfigEntryState.LOADED:
        return None
    coordinator: RingCentralCoordinator = entry.runtime_data
    return coordinator


class VoicemailView(HomeAssistantView):
    """Streams the recording of a voicemail to whoever may see the phone."""

    url = VIEW_URL
    name = f"api:{DOMAIN}:voicemail"

    async def get(self, request: web.Request, entry_id: str, voicemail_id: str) -> web.StreamResponse:
        """Fetch the recording at RingCentral and pass it on as it comes; nothing is kept."""
        hass = request.app[KEY_HASS]
        coordinator = find_coordinator(hass, entry_id)
        voicemail = coordinator.voicemail.get(voicemail_id) if coordinator is not None else None
        if coordinator is None or voicemail is None or voicemail.audio is None:
            return web.Response(status=404, text="This voicemail is no longer there")
        # The login's extension may have been removed from those that are watched.
        if coordinator.login_id not in coordinator.extensions or not may_use(
            request[KEY_HASS_USER], coordinator, coordinator.login_id, POLICY_READ, [VOICEMAILS]
        ):
            return web.Response(status=403, text="You may not listen to this voicemail")
        try:
            return await _stream(request, coordinator, voicemail, voicemail.audio)
        except RequestRejectedError as error:
            if error.status == 404:
                return web.Response(status=404, text="RingCentral has deleted the recording of this voicemail")
            return web.Response(status=502, text="RingCentral refuses the recording of this voicemail")
        except RingCentralError as error:
            _LOGGER.debug("Fetching a recording failed: %s", error)
            return web.Response(status=502, text="RingCentral can't be reached")


async def _stream(
    request: web.Request, coordinator: RingCentralCoordinator, voicemail: Voicemail, address: str
) -> web.StreamResponse:
    async with open_content(coordinator.client, address) as content:
        length = content.content_length
        if length is not None and length > LARGEST_CONTENT:
            return web.Response(status=502, text="The recording of this voicemail is too large")
        # A compressed answer is longer than it says once it is not compressed any more.
        if "Content-Encoding" in content.headers:
            length = None
        response = web.StreamResponse(headers=_HEADERS)
        response.content_type = playable_type(content.content_type or voicemail.audio_type)
        part = None
        if length is not None:
            # Browsers go to another place in a recording only where they can ask for a part of it.
            response.headers["Accept-Ranges"] = "bytes"
            try:
                part = _requested_part(request, length)
            except ValueError:
                return web.Response(status=416, headers={"Content-Range": f"bytes */{length}"})
            response.content_length = length if part is None else part.stop - part.start
        if part is not None:
            response.set_status(206)
            response.headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{length}"
        await response.prepare(request)
        async for chunk in _limited(content, part):
            await response.write(chunk)
        await response.write_eof()
        return response


def _requested_part(request: web.Request, length: int) -> range | None:
    """Return which bytes are asked for, or ``None`` for all; raises ``ValueError`` if there are none such."""
    start, stop = request.http_range.start, request.http_range.stop
    if start is None and stop is None:
        return None
    part = range(length)[start:stop]
    if not part:
        raise ValueError("The recording is shorter")
    return part


async def _limited(content: aiohttp.ClientResponse, part: range | None) -> AsyncIterator[bytes]:
    """Yield a recording, or a part of it, as it comes; break off where it is too large or does not go on.

    Whether RingCentral's servers give parts is not on record, so that what comes before is read, too.
    """
    begin, end = (part.start, part.stop) if part is not None else (0, LARGEST_CONTENT + 1)
    size = 0
    try:
        async for chunk in content.content.iter_any():
            shown = chunk[max(0, begin - size) : max(0, end - size)]
            size += len(chunk)
            if size > LARGEST_CONTENT:
                raise ConnectionResetError("The recording is too large")
            if shown:
                yield shown
            if size >= end:
                return
    except (aiohttp.ClientError, TimeoutError) as error:
        raise ConnectionResetError("The recording broke off") from error
