"""Answers to bulk reads, in the forms that are on record.

Asked for ``multipart+json``, RingCentral answers an array (guide, and a test of its .NET client); its own HUD parses
``multipart/mixed`` instead, whose first part lists the others.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from email import message_from_bytes
from email.message import Message
import re

import msgspec

from .errors import PayloadError
from .models import AnyId, Count
from .tolerant import read, read_list
from .transport import MALFORMED, Reply, decode

MULTIPART_JSON = "application/vnd.ringcentral.multipart+json"
_MULTIPART_MIXED = "multipart/mixed"

_RESOURCE_ID = re.compile(r"/extension/(\d+)")


class Part(msgspec.Struct, frozen=True, rename="camel"):
    """What was answered for one resource."""

    resource_id: AnyId
    status: Count
    body: msgspec.Raw = msgspec.Raw(b"{}")


class _Line(msgspec.Struct, frozen=True):
    href: str
    status: int


class _Overview(msgspec.Struct, frozen=True):
    response: tuple[_Line, ...]


class NotBulkError(PayloadError):
    """The answer is sound, but no bulk answer."""


def decode_bulk(reply: Reply) -> tuple[Part, ...]:
    """Return the parts of an answer.

    Raises :class:`NotBulkError` for an answer of another form, and :class:`PayloadError` for a spoiled one.
    """
    content_type = reply.headers.get("Content-Type", "")
    if content_type.partition(";")[0].strip().lower() == _MULTIPART_MIXED:
        return tuple(_mixed_parts(content_type, reply.body))
    if not reply.body.lstrip().startswith(b"["):
        decode(reply, msgspec.Raw)  # What is no JSON at all is spoiled.
        raise NotBulkError("The answer to a bulk read is no array")
    # A part that can't be read does not lose the others.
    return tuple(_readable_parts(read_list(reply.body)))


def _readable_parts(raws: Iterable[msgspec.Raw]) -> Iterator[Part]:
    for raw in raws:
        with suppress(PayloadError):
            yield read(raw, Part).record


def is_mixed(reply: Reply) -> bool:
    """Return whether an answer came as ``multipart/mixed``."""
    return reply.headers.get("Content-Type", "").lower().startswith(_MULTIPART_MIXED)


def _mixed_parts(content_type: str, body: bytes) -> Iterator[Part]:
    message = message_from_bytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    if not message.is_multipart():
        raise NotBulkError("A bulk answer has no parts")
    overview, *contents = (_content(part) for part in message.walk() if not part.is_multipart())
    try:
        lines = msgspec.json.decode(overview, type=_Overview).response
    except MALFORMED as error:
        raise PayloadError("The overview of a bulk answer was not of the documented shape") from error
    for line, content in zip(lines, contents, strict=False):
        if found := _RESOURCE_ID.search(line.href):
            yield Part(resource_id=found[1], status=line.status, body=msgspec.Raw(content or b"{}"))


def _content(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""
