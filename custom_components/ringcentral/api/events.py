"""From the bytes of a notification to a checked event; the same for WebSocket and webhook."""

import re

import msgspec

from .errors import PayloadError
from .models import (
    Event,
    ExtensionChange,
    ExtensionListEvent,
    Notification,
    OtherEvent,
    PresenceBody,
    PresenceEvent,
    WatchListEvent,
    parse_timestamp,
)
from .transport import MALFORMED, describe


class _ExtensionListBody(msgspec.Struct, frozen=True):
    extensions: tuple[ExtensionChange, ...] = ()


_notification_decoder = msgspec.json.Decoder(Notification)
_presence_decoder = msgspec.json.Decoder(PresenceBody)
_extension_list_decoder = msgspec.json.Decoder(_ExtensionListBody)
_extension_decoder = msgspec.json.Decoder(ExtensionChange)

# What the path of an event, without the API's root and the account, says about its body. The `event` of an
# account-level filter is the extension's path, so it is never compared with the filter.
_KINDS = re.compile(
    r"""/restapi/v[^/]+/account/[^/]+
    (?: (?P<presence> (?:/extension/[^/]+)? (?:/presence/line|/favorite)? /presence (?:/dnd)? )
      | /extension/(?P<watcher>[^/]+) (?:/presence/line|/favorite)
      | (?P<extensions> /extension )
      | (?P<extension> /extension/[^/]+ )
    )/?""",
    re.VERBOSE,
)


def decode_notification(payload: bytes) -> Event:
    """Return the event that a notification holds.

    Raises :class:`PayloadError` naming what is wrong and where, if it is no JSON or a field has a wrong type. An event
    of an unknown kind is an :class:`~.models.OtherEvent`.
    """
    place = "$"
    try:
        notification = _notification_decoder.decode(payload)
        place = "$.body"
        return _as_event(notification)
    except MALFORMED as error:
        raise PayloadError(f"{place}: {describe(error)}") from error


def _as_event(notification: Notification) -> Event:
    path, _, query = notification.event.partition("?")
    kind = _KINDS.fullmatch(path)
    if kind is None:
        return OtherEvent(event=path)
    if kind["presence"]:
        return _as_presence(notification, query)
    if kind["watcher"]:
        return WatchListEvent(extension_id=kind["watcher"])
    if kind["extensions"]:
        return ExtensionListEvent(changes=_extension_list_decoder.decode(notification.body).extensions)
    return ExtensionListEvent(changes=(_extension_decoder.decode(notification.body),))


def _as_presence(notification: Notification, query: str) -> PresenceEvent:
    body = _presence_decoder.decode(notification.body)
    sent_at = parse_timestamp(notification.timestamp)
    return PresenceEvent(
        uuid=notification.uuid,
        event=notification.event,
        extension_id=str(body.extension_id),
        sent_at=sent_at.timestamp() if sent_at is not None else None,
        sequence=body.sequence,
        detailed="detailedTelephonyState=true" in query
        or body.active_calls is not None
        or body.total_active_calls is not None,
        body=body,
    )
