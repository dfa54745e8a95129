"""Frames of the WebSocket gateway: a JSON array of metadata and, mostly, a body.

Sources: RingCentral's guide to WebSockets, the definitions in its own clients, captured frames. The answer to a request
has the request's type and ``messageId``; only the latter says whose answer it is.
"""

from enum import StrEnum
from typing import NamedTuple

import msgspec

from .errors import PayloadError
from .transport import MALFORMED, describe

# A notification is far smaller; anything above is not looked at.
_LARGEST_FRAME = 2 * 1024 * 1024


class FrameType(StrEnum):
    """Kinds of frames."""

    CLIENT_REQUEST = "ClientRequest"
    SERVER_NOTIFICATION = "ServerNotification"
    CONNECTION_DETAILS = "ConnectionDetails"
    HEARTBEAT = "Heartbeat"
    ERROR = "Error"


class Wsc(msgspec.Struct, frozen=True):
    """The context token to recover a connection with; the one of the highest sequence is the newest."""

    token: str
    sequence: int = 0


class Meta(msgspec.Struct, frozen=True, rename="camel", gc=False):
    """The first element of a frame. ``status`` is an HTTP status."""

    type: str
    message_id: str = ""
    status: int = 0
    wsc: Wsc | None = None


class ConnectionDetails(msgspec.Struct, frozen=True, rename="camel"):
    """What the gateway greets with; times in seconds. ``recovery_state`` only after an attempt to recover."""

    creation_time: str | None = None
    recovery_state: str | None = None
    recovery_timeout: float | None = None
    recovery_buffer_size: int | None = None


class ErrorBody(msgspec.Struct, frozen=True, rename="camel"):
    """What an Error frame says."""

    error_code: str = ""
    message: str = ""


class Frame(NamedTuple):
    """A frame; ``body`` is JSON that is still to be decoded by kind."""

    meta: Meta
    body: bytes


class _Request(msgspec.Struct, rename="camel", omit_defaults=True):
    type: str
    message_id: str
    method: str | None = None
    path: str | None = None


class _Parts(msgspec.Struct, array_like=True, gc=False):
    meta: Meta
    body: msgspec.Raw = msgspec.Raw()


_decoder = msgspec.json.Decoder(_Parts)


def decode_frame(data: str | bytes) -> Frame:
    """Return a frame; raises :class:`PayloadError` if it is too large or not of the documented shape."""
    if len(data) > _LARGEST_FRAME:
        raise PayloadError(f"A frame of {len(data)} bytes is too large")
    try:
        parts = _decoder.decode(data)
    except MALFORMED as error:
        raise PayloadError(f"A frame is malformed: {describe(error)}") from error
    return Frame(parts.meta, bytes(parts.body))


def encode_request(message_id: str, method: str, path: str, body: object = None) -> str:
    """Return the frame of a request."""
    meta = _Request(FrameType.CLIENT_REQUEST, message_id, method, path)
    return msgspec.json.encode([meta] if body is None else [meta, body]).decode()


def encode_heartbeat(message_id: str) -> str:
    """Return the frame of a heartbeat."""
    return msgspec.json.encode([_Request(FrameType.HEARTBEAT, message_id)]).decode()
