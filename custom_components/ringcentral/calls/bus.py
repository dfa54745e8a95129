"""What happens to calls, as events on Home Assistant's bus: for triggers, the logbook and users' own automations."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from homeassistant.const import ATTR_DEVICE_ID, ATTR_ENTITY_ID, Platform
from homeassistant.core import CALLBACK_TYPE, Context, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_send

from ..const import DOMAIN, EVENT_CALL
from ..coordinator import RingCentralCoordinator
from ..phone import describe_phone, find_entity
from ..presence.vocabulary import Transition
from .describe import describe_transition

# Sent with the data and the context of everything that happens to a call.
SIGNAL_CALL: Final = f"{DOMAIN}_call"

# Sent when an extension's calls stop ringing, with the list of them.
SIGNAL_STOPPED_RINGING: Final = f"{DOMAIN}_stopped_ringing"

# What of the data the bus event has: it is kept in the database for each step of each call, where the event entity is
# kept, too. The rest is for triggers.
_OF_EVENT = (
    "type",
    ATTR_DEVICE_ID,
    ATTR_ENTITY_ID,
    "extension_number",
    "extension_name",
    "call_id",
    "telephony_session_id",
    "direction",
    "queue",
    "queue_name",
    "caller_name",
    "caller_number",
    "withheld",
    "called_name",
    "called_number",
    "answered",
    "ring_seconds",
    "talk_seconds",
    "recovered",
    "outcome",
)


def _for_event(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the bus event has of the data, without what is not known or not so."""
    # That a call was not answered is news.
    return {key: value for key in _OF_EVENT if (value := data[key]) is not None and (value or key == "answered")}


@callback
def async_report_calls(hass: HomeAssistant, coordinator: RingCentralCoordinator) -> CALLBACK_TYPE:
    """Report everything that happens to a call of a watched extension, until the returned callable is called.

    The data is what :func:`describe_transition` returns, with the ``type`` and whose call it is; ``entity_id`` is that
    of the extension's event entity, or ``None`` while that is disabled. ``EVENT_CALL`` is fired with the most of it,
    and then ``SIGNAL_CALL`` is sent with all. ``SIGNAL_STOPPED_RINGING`` is sent with such data of each call that has
    stopped ringing at one time, before it is certain how it ended.
    """

    @callback
    def describe(transition: Transition, described: Mapping[str, Any], what: str) -> dict[str, Any]:
        extension_id = transition.extension_id
        return {
            "type": what,
            **describe_phone(coordinator, extension_id),
            ATTR_ENTITY_ID: find_entity(hass, coordinator, Platform.EVENT, extension_id, "call"),
            **described,
            "session_id": transition.call.session_id,
            "telephony_session_id": transition.call.telephony_session_id,
        }

    @callback
    def report(transition: Transition, described: Mapping[str, Any]) -> None:
        data, context = describe(transition, described, str(transition.kind)), Context()
        hass.bus.async_fire(EVENT_CALL, _for_event(data), context=context)
        async_dispatcher_send(hass, SIGNAL_CALL, data, context)

    @callback
    def report_stopped(stopped: Sequence[Transition]) -> None:
        async_dispatcher_send(
            hass,
            SIGNAL_STOPPED_RINGING,
            [describe(one, describe_transition(one), "stopped_ringing") for one in stopped],
        )

    stream = coordinator.stream
    removes = [stream.async_listen_described(report), stream.async_listen_stopped(report_stopped)]

    @callback
    def stop() -> None:
        for remove in removes:
            remove()

    return stop
