"""From the bytes of a notification to a checked event; the same for WebSocket and webhook."""

from functools import lru_cache
import re

import msgspec

from .errors import PayloadError
from .models import (
    Event,
    ExtensionListEvent,
    MailboxEvent,
    Notification,
    OtherEvent,
    PresenceBody,
    PresenceEvent,
    PresenceFields,
    WatchListEvent,
    parse_timestamp,
)
from .presence_payload import read_fields
from .text import is_plain
from .tolerant import read

# What the path of an event, without the API's root and the account, says about its body. The `event` of an
# account-level filter is the extension's path, so it is never compared with the filter.
_KINDS = re.compile(
    r"""/restapi/v[^/]+/account/[^/]+
    (?: (?P<presence> (?:/extension/(?P<extension_id>[^/]+))? /presence (?:/dnd)?
        | (?:/extension/[^/]+)? (?:/presence/line|/favorite) /presence (?:/dnd)? )
      | /extension/(?P<watcher>[^/]+) (?:/presence/line|/favorite)
      | /extension/(?P<mailbox>[^/]+) /(?:message-store|voicemail)
      | (?P<extensions> /extension (?:/[^/]+)? )
      | (?P<queue> /call-queues/.* )
    )/?""",
    re.VERBOSE,
)

# RingCentral's own client takes an event of any other path with this in it for a presence, if its body names an
# extension (ringcentral-embeddable 3.x).
_PRESENCE_PATH = re.compile(r"/presence(?:/|$)")

_NOTHING = PresenceBody()
_PRESENCE_FIELDS = PresenceFields.__struct_fields__


class _Found(msgspec.Struct, frozen=True, gc=False):
    """An envelope, what could not be read of it, and whether all its texts are plain."""

    notification: Notification
    unreadable: tuple[str, ...]
    plain: bool


def decode_notification(payload: bytes) -> Event:
    """Return the event that a notification holds, with whatever of it can be read.

    Raises :class:`PayloadError` naming what is wrong and where, if it is no JSON object or a presence event that names
    no extension. An event of an unknown kind is an :class:`~.models.OtherEvent`.
    """
    plain = is_plain(payload)
    try:
        notification, unreadable = read(payload, Notification, plain=plain)
    except PayloadError as error:
        raise PayloadError(f"$: {error}") from error
    found = _Found(notification, unreadable, plain)
    path, query, kind = _read_path(notification.event or "")
    if kind is None:
        return _as_unknown(found, path, query)
    if kind["presence"]:
        return _as_presence(found, query, kind["extension_id"])
    if kind["watcher"]:
        return WatchListEvent(extension_id=kind["watcher"])
    if kind["mailbox"]:
        return MailboxEvent(extension_id=kind["mailbox"])
    return ExtensionListEvent() if kind["extensions"] else OtherEvent(event=path)


@lru_cache(maxsize=8192)
def _read_path(event: str) -> tuple[str, str, re.Match[str] | None]:
    """Return an event's path, its query and its kind; all events of an extension have the same."""
    path, _, query = event.partition("?")
    return path, query, _KINDS.fullmatch(path)


def _as_unknown(found: _Found, path: str, query: str) -> Event:
    """Return an event whose path is missing or of no known kind: a presence if it looks like one."""
    if path and not _PRESENCE_PATH.search(path):
        return OtherEvent(event=path)
    try:
        event = _as_presence(found, query, None)
    except PayloadError:
        if path:
            return OtherEvent(event=path)
        raise
    is_presence = path or any(getattr(event.body, name) is not None for name in _PRESENCE_FIELDS)
    return event if is_presence else OtherEvent(event=path)


def _as_presence(found: _Found, query: str, path_id: str | None) -> PresenceEvent:
    notification = found.notification
    try:
        body, unreadable = read_fields(notification.body, PresenceBody, plain=found.plain)
    except PayloadError as error:
        raise PayloadError(f"$.body: {error}") from error
    extension_id = str(body.extension_id) if body.extension_id not in (None, "") else path_id
    if extension_id in (None, "~"):
        raise PayloadError("$.body.extensionId: it is missing or can't be read")
    if body == _NOTHING:
        # Something has changed there, and only REST knows what.
        unreadable = (*unreadable, "body")
    sent_at = parse_timestamp(notification.timestamp)
    return PresenceEvent(
        uuid=notification.uuid,
        event=notification.event or "",
        extension_id=extension_id,
        sent_at=sent_at.timestamp() if sent_at is not None else None,
        sequence=body.sequence,
        detailed="detailedTelephonyState=true" in query
        or body.active_calls is not None
        or body.total_active_calls is not None,
        body=body,
        unreadable=found.unreadable + unreadable,
    )
