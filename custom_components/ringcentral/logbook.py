"""What happened to calls, as lines of the logbook. English only, as Home Assistant's own logbook messages are."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from homeassistant.components.logbook import (
    LOGBOOK_ENTRY_ENTITY_ID,
    LOGBOOK_ENTRY_ICON,
    LOGBOOK_ENTRY_MESSAGE,
    LOGBOOK_ENTRY_NAME,
)
from homeassistant.const import ATTR_DEVICE_ID, ATTR_ENTITY_ID
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er

from .calls.wording import describe_seconds, name_caller, shorten
from .const import DOMAIN, EVENT_CALL, EVENT_VOICEMAIL
from .presence.vocabulary import TransitionKind
from .voicemail.box import NEWS, VoicemailKind

# What is written of a call, by what happened; ``ended`` depends on whether it was answered.
_MESSAGES: Mapping[str, tuple[str, str]] = {
    TransitionKind.RINGING: ("call {direction} {who}", "mdi:phone-ring"),
    TransitionKind.DIALING: ("call {direction} {who}", "mdi:phone-dial"),
    TransitionKind.ANSWERED: ("call {direction} {who} answered", "mdi:phone-in-talk"),
    TransitionKind.HELD: ("call with {who} put on hold", "mdi:phone-paused"),
    TransitionKind.RESUMED: ("call with {who} resumed", "mdi:phone-in-talk"),
    TransitionKind.PARKED: ("call with {who} parked", "mdi:parking"),
    TransitionKind.ENDED: ("call with {who} ended", "mdi:phone-hangup"),
    TransitionKind.MISSED: ("missed call {direction} {who}", "mdi:phone-missed"),
    TransitionKind.ANSWERED_ELSEWHERE: ("call {direction} {who} answered elsewhere", "mdi:phone-forward"),
}
_VOICEMAIL_ICON = "mdi:voicemail"
_ICONS = {
    **{str(kind): icon for kind, (_, icon) in _MESSAGES.items()},
    **dict.fromkeys(map(str, NEWS), _VOICEMAIL_ICON),
}
_UNANSWERED = "call {direction} {who} not answered"
_OTHER = ("call with {who}", "mdi:phone")


@callback
def async_describe_events(
    hass: HomeAssistant, async_describe_event: Callable[[str, str, Callable[[Event], dict[str, Any]]], None]
) -> None:
    """Tell the logbook how calls are described."""
    devices, entities = dr.async_get(hass), er.async_get(hass)

    @callback
    def describe(put_in_words: Callable[[Mapping[str, Any]], str], event: Event) -> dict[str, Any]:
        data = event.data
        device = devices.async_get(data.get(ATTR_DEVICE_ID) or "")
        entity_id = data.get(ATTR_ENTITY_ID)
        name = (device.name_by_user or device.name) if device is not None else data.get("extension_name")
        described = {
            LOGBOOK_ENTRY_NAME: shorten(name) or "RingCentral",
            LOGBOOK_ENTRY_MESSAGE: put_in_words(data),
            LOGBOOK_ENTRY_ICON: _ICONS.get(str(data.get("type")), _OTHER[1]),
        }
        if entity_id is not None and entities.async_get(entity_id) is not None:
            described[LOGBOOK_ENTRY_ENTITY_ID] = entity_id
        return described

    async_describe_event(DOMAIN, EVENT_CALL, partial(describe, describe_call_event))
    async_describe_event(DOMAIN, EVENT_VOICEMAIL, partial(describe, describe_voicemail_event))


def describe_call_event(data: Mapping[str, Any]) -> str:
    """Return what happened, from the data of an ``EVENT_CALL``; that is read back for as long as history is kept."""
    kind = data.get("type")
    message, _ = _MESSAGES.get(str(kind), _OTHER)
    if kind == TransitionKind.ENDED and data.get("answered") is False:
        message = _UNANSWERED
    parts = [
        message.format(
            direction="to" if data.get("direction") == "outbound" else "from",
            who=name_caller(
                data.get("caller_name"), data.get("caller_number"), is_withheld=data.get("withheld") is True
            ),
        )
    ]
    queue = shorten(data.get("queue_name"))
    if data.get("queue"):
        parts.append(f"queue {queue}" if queue else "queue call")
    parts += _durations(kind, data)
    if data.get("recovered"):
        parts.append("noticed late")
    return ", ".join(parts)


def describe_voicemail_event(data: Mapping[str, Any]) -> str:
    """Return what happened, from the data of an ``EVENT_VOICEMAIL``; what the caller said is not repeated."""
    who = name_caller(data.get("caller_name"), data.get("caller_number"), is_withheld=data.get("withheld") is True)
    if data.get("type") == VoicemailKind.TRANSCRIBED:
        return f"voicemail from {who} transcribed"
    parts = [f"voicemail from {who}"]
    if (duration := data.get("duration")) is not None:
        parts.append(describe_seconds(duration))
    if data.get("recovered"):
        parts.append("noticed late")
    return ", ".join(parts)


def _durations(kind: object, data: Mapping[str, Any]) -> list[str]:
    if kind == TransitionKind.ENDED and (talked := data.get("talk_seconds")) is not None:
        return [f"talked {describe_seconds(talked)}"]
    if kind in (TransitionKind.ENDED, TransitionKind.MISSED) and (rang := data.get("ring_seconds")) is not None:
        return [f"rang {describe_seconds(rang)}"]
    return []
