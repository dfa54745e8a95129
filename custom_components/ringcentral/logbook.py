"""What happened to calls, as lines of the logbook. English only, as Home Assistant's own logbook messages are."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from homeassistant.components.logbook import (
    LOGBOOK_ENTRY_ICON,
    LOGBOOK_ENTRY_MESSAGE,
    LOGBOOK_ENTRY_NAME,
)
from homeassistant.const import ATTR_DEVICE_ID
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr

from .calls.kinds import KINDS, Kind
from .calls.wording import describe_seconds, name_caller, shorten
from .const import DOMAIN, EVENT_CALL, EVENT_VOICEMAIL
from .presence.vocabulary import TransitionKind
from .voicemail.box import NEWS, VoicemailKind

_VOICEMAIL_ICON = "mdi:voicemail"
_ICONS = {
    **{str(kind): row.icon for kind, row in KINDS.items()},
    **dict.fromkeys(map(str, NEWS), _VOICEMAIL_ICON),
}
_SENTENCES = {str(kind): row.sentence for kind, row in KINDS.items()}
# What a call that the phone made came to.
_REACHED, _NOT_REACHED = "reached {who}", "did not reach {who}"
_UNANSWERED = "did not answer a call from {who}"
# A kind of a later version, whose events are read back.
_OTHER = Kind("mdi:phone", "had a call with {who}")
_LATE = "reported late"
_WITH_DURATION = frozenset({TransitionKind.ANSWERED, TransitionKind.ENDED, TransitionKind.MISSED})


@callback
def async_describe_events(
    hass: HomeAssistant, async_describe_event: Callable[[str, str, Callable[[Event], dict[str, Any]]], None]
) -> None:
    """Describe calls and voicemails to the logbook."""
    devices = dr.async_get(hass)

    @callback
    def describe(put_in_words: Callable[[Mapping[str, Any]], str], event: Event) -> dict[str, Any]:
        data = event.data
        device = devices.async_get(data.get(ATTR_DEVICE_ID) or "")
        name = (device.name_by_user or device.name) if device is not None else data.get("extension_name")
        # With an entity's id, the frontend would begin the sentence with the name of the entity.
        return {
            LOGBOOK_ENTRY_NAME: shorten(name) or "RingCentral",
            LOGBOOK_ENTRY_MESSAGE: put_in_words(data),
            LOGBOOK_ENTRY_ICON: _ICONS.get(str(data.get("type")), _OTHER.icon),
        }

    async_describe_event(DOMAIN, EVENT_CALL, partial(describe, describe_call_event))
    async_describe_event(DOMAIN, EVENT_VOICEMAIL, partial(describe, describe_voicemail_event))


def describe_call_event(data: Mapping[str, Any]) -> str:
    """Return what happened, from the data of an ``EVENT_CALL``; that is read back for as long as history is kept."""
    kind = str(data.get("type"))
    is_outbound = data.get("direction") == "outbound"
    message = _SENTENCES.get(kind, _OTHER.sentence)
    if kind == TransitionKind.ANSWERED and is_outbound:
        message = _REACHED
    elif kind == TransitionKind.ENDED and data.get("answered") is False:
        message = _NOT_REACHED if is_outbound else _UNANSWERED
    parts = [message.format(who=_name_caller(data)) + _duration(kind, data)]
    if data.get("queue"):
        queue = shorten(data.get("queue_name"))
        parts.append(f"queue {queue}" if queue else "queue call")
    if data.get("recovered"):
        parts.append(_LATE)
    return ", ".join(parts)


def describe_voicemail_event(data: Mapping[str, Any]) -> str:
    """Return what happened, from the data of an ``EVENT_VOICEMAIL``; what the caller said is not repeated."""
    who = _name_caller(data)
    if data.get("type") == VoicemailKind.TRANSCRIBED:
        return f"received the transcription of a voicemail from {who}"
    parts = [f"received a voicemail from {who}"]
    if (duration := data.get("duration")) is not None:
        parts.append(describe_seconds(duration))
    if data.get("recovered"):
        parts.append(_LATE)
    return ", ".join(parts)


def _name_caller(data: Mapping[str, Any]) -> str:
    return name_caller(data.get("caller_name"), data.get("caller_number"), is_withheld=data.get("withheld") is True)


def _duration(kind: str, data: Mapping[str, Any]) -> str:
    """Return for how long the phone had rung, or for how long they had talked."""
    if kind not in _WITH_DURATION:
        return ""
    talked = data.get("talk_seconds") if kind == TransitionKind.ENDED else None
    seconds = talked if talked is not None else data.get("ring_seconds")
    return f" after {describe_seconds(seconds)}" if seconds is not None else ""
