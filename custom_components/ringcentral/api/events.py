"""From the bytes of a notification to a checked event; the same for WebSocket and webhook."""

from collections.abc import Callable
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

# RingCentral's own client takes an event of any other path with this in it for a presence, if its body names an
# extension (ringcentral-embeddable 3.x).
_PRESENCE_PATH = re.compile(r"/presence(?:/|$)")

_NOTHING = PresenceBody()
_PRESENCE_FIELDS = PresenceFields.__struct_fields__


class _Found(msgspec.Struct, frozen=True, gc=False):
    """An envelope, what could not be read of it, whether all its texts are plain, and where it says it is from."""

    notification: Notification
    unreadable: tuple[str, ...]
    plain: bool
    path: str
    query: str


type _Make = Callable[[_Found, str | None], Event]


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
    path, query, make, extension_id = _read_path(notification.event or "")
    found = _Found(notification, unreadable, plain, path, query)
    return make(found, extension_id)


def _read_path(event: str) -> tuple[str, str, _Make, str | None]:
    """Return an event's path, its query, its kind and whose it is."""
    path, _, query = event.partition("?")
    for pattern, make in _KINDS:
        if (found := pattern.fullmatch(path)) is not None:
            return path, query, make, found.groupdict().get("extension_id")
    return path, query, _as_unknown, None


def _as_unknown(found: _Found, _: str | None = None) -> Event:
    """Return an event whose path is missing or of no known kind: a presence if it looks like one."""
    if found.path and not _PRESENCE_PATH.search(found.path):
        return OtherEvent(event=found.path)
    try:
        event = _as_presence(found, None)
    except PayloadError:
        if found.path:
            return OtherEvent(event=found.path)
        raise
    is_presence = found.path or any(getattr(event.body, name) is not None for name in _PRESENCE_FIELDS)
    return event if is_presence else OtherEvent(event=found.path)


def _as_presence(found: _Found, path_id: str | None) -> PresenceEvent:
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
        detailed="detailedTelephonyState=true" in found.query
        or body.active_calls is not None
        or body.total_active_calls is not None,
        body=body,
        unreadable=found.unreadable + unreadable,
    )


def _of_watch_list(_: _Found, extension_id: str | None) -> Event:
    return WatchListEvent(extension_id=extension_id or "~")


def _of_mailbox(_: _Found, extension_id: str | None) -> Event:
    return MailboxEvent(extension_id=extension_id or "~")


def _of_list(_: _Found, __: str | None) -> Event:
    return ExtensionListEvent()


def _of_other(found: _Found, _: str | None) -> Event:
    return OtherEvent(event=found.path)


# The kinds of events, by what the path says about the body. The `event` of an account-level filter is the extension's
# path, so it is never compared with the filter.
_ACCOUNT, _EXTENSION = r"/restapi/v[^/]+/account/[^/]+", r"/extension/(?P<extension_id>[^/]+)"
_KINDS: tuple[tuple[re.Pattern[str], _Make], ...] = tuple(
    (re.compile(rf"{_ACCOUNT}{path}/?"), make)
    for path, make in (
        (rf"(?:{_EXTENSION})?/presence(?:/dnd)?", _as_presence),
        (r"(?:/extension/[^/]+)?(?:/presence/line|/favorite)/presence(?:/dnd)?", _as_presence),
        (rf"{_EXTENSION}(?:/presence/line|/favorite)", _of_watch_list),
        (rf"{_EXTENSION}/(?:message-store|voicemail)", _of_mailbox),
        (r"/extension(?:/[^/]+)?", _of_list),
        (r"/call-queues/.*", _of_other),
    )
)
