"""Voicemails, as events on Home Assistant's bus: for the trigger, the logbook and users' own automations."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from homeassistant.const import ATTR_ENTITY_ID, Platform
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_send

from ..calls.numbers import write_number
from ..const import DOMAIN, EVENT_VOICEMAIL
from ..coordinator import RingCentralCoordinator
from ..phone import describe_phone, find_entity
from ..presence.privacy import Privacy, shown_party
from .box import NEWS, VoicemailKind
from .mailbox import Voicemail, shown_transcription

# Sent for a voicemail that was reported as being transcribed, and is not.
SIGNAL_NOT_TRANSCRIBED: Final = f"{DOMAIN}_not_transcribed"


def describe_voicemail(voicemail: Voicemail) -> dict[str, Any]:
    """Return a voicemail in plain types; ``received_at`` is ISO 8601 in UTC, ``duration`` in seconds."""
    return {
        "voicemail_id": voicemail.id,
        "received_at": datetime.fromtimestamp(voicemail.at, UTC).isoformat(timespec="seconds"),
        "caller_name": voicemail.name,
        "caller_number": voicemail.number,
        "number_text": write_number(voicemail.number),
        "withheld": voicemail.is_withheld,
        "duration": voicemail.duration,
        "transcription": voicemail.transcription,
    }


def shown_voicemail_event(described: Mapping[str, Any], privacy: Privacy) -> dict[str, Any]:
    """Return a described voicemail of some time ago as it may be shown now."""
    name, number = shown_party(described.get("caller_name"), described.get("caller_number"), privacy)
    return {
        **described,
        "caller_name": name,
        "caller_number": number,
        "number_text": write_number(number),
        "withheld": described.get("withheld") is True and privacy is not Privacy.HIDDEN,
        "transcription": shown_transcription(described.get("transcription") or "", privacy),
    }


@callback
def async_emit_voicemail_events(hass: HomeAssistant, coordinator: RingCentralCoordinator) -> CALLBACK_TYPE:
    """Fire ``EVENT_VOICEMAIL`` until the returned callable is called.

    The data is what :func:`describe_voicemail` returns, with the ``type`` and whose voicemail it is. ``recovered``
    marks one that came while nobody listened, ``is_being_transcribed`` one whose transcription may follow; that it does
    not is sent by ``SIGNAL_NOT_TRANSCRIBED``, with such data.
    """

    @callback
    def emit(kind: VoicemailKind, voicemail: Voicemail, is_recovered: bool) -> None:
        own_id = coordinator.login_id
        data = {
            "type": str(kind),
            **describe_phone(coordinator, own_id),
            ATTR_ENTITY_ID: find_entity(hass, coordinator, Platform.EVENT, own_id, "voicemail"),
            **describe_voicemail(voicemail),
            "is_being_transcribed": voicemail.is_being_transcribed,
            "recovered": is_recovered,
        }
        if kind in NEWS:
            hass.bus.async_fire(EVENT_VOICEMAIL, data)
        else:
            async_dispatcher_send(hass, SIGNAL_NOT_TRANSCRIBED, data)

    return coordinator.voicemail.async_listen_events(emit)
