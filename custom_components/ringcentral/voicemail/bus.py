"""Voicemails, as events on Home Assistant's bus: for the trigger, the logbook and users' own automations."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from homeassistant.const import ATTR_ENTITY_ID, Platform
from homeassistant.core import CALLBACK_TYPE, Context, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_send

from ..calls.numbers import write_number
from ..const import DOMAIN, EVENT_VOICEMAIL
from ..coordinator import RingCentralCoordinator
from ..phone import describe_phone, find_entity
from ..presence.privacy import Privacy, shown_party
from .box import NEWS, VoicemailKind
from .mailbox import Voicemail, shown_transcription

# Sent with the data and the context of everything that happens to a voicemail.
SIGNAL_VOICEMAIL: Final = f"{DOMAIN}_voicemail"

# What of the data the bus event does not have: it is kept in the database, and what a caller said is nobody's history.
_NOT_IN_EVENT = frozenset({"transcription", "number_text", "extension_id"})


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
    """Report what happens to the login's voicemails, until the returned callable is called.

    The data is what :func:`describe_voicemail` returns, with the ``type`` and whose voicemail it is. ``recovered``
    marks one that came while nobody listened, ``is_being_transcribed`` one whose transcription may follow.
    ``EVENT_VOICEMAIL`` is fired with the most of it for what is news, and then ``SIGNAL_VOICEMAIL`` is sent with all;
    that a transcription does not come is sent only.
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
        context = Context()
        if kind in NEWS:
            fired = {key: value for key, value in data.items() if key not in _NOT_IN_EVENT}
            hass.bus.async_fire(EVENT_VOICEMAIL, fired, context=context)
        async_dispatcher_send(hass, SIGNAL_VOICEMAIL, data, context)

    return coordinator.voicemail.async_listen_events(emit)
