"""The receiving end of a webhook: the handshake that proves its address, and the deliveries that follow.

Whatever arrives is answered with status 200, so that a stranger learns nothing; what is not ours is ignored and
counted. Sources: RingCentral's guide (creating webhooks) and its specification of ``deliveryMode``.
"""

from collections.abc import Mapping
import hmac
import re
from typing import NamedTuple, Protocol

import aiohttp
from aiohttp import web
import msgspec

# The guide's older and present name of the header with our secret; the latter is also that of the handshake.
_VERIFICATION = "Verification-Token"
_VALIDATION = "Validation-Token"

# As for a message of the WebSocket; an event with seven calls has some 6 KB.
LARGEST_DELIVERY = 2 * 1024 * 1024

# A handshake comes without a body; its answer, headers included, may have 1,024 bytes (guide).
_LARGEST_HANDSHAKE = 1024
_ECHO = re.compile(r"[!-~]{1,256}")

_EVENT_KEY = b'"event"'


class Content(Protocol):
    """A body that is still to be read: that of a request, or what the cloud passes on."""

    async def read(self, size: int, /) -> bytes:
        """Return up to so many bytes, none at the end."""


class WebhookCounters(msgspec.Struct):
    """What happened at a webhook's address, and to its subscription."""

    deliveries: int = 0
    handshakes: int = 0
    unexpected_handshakes: int = 0
    foreign: int = 0
    oversized: int = 0
    wrong_content: int = 0
    broken: int = 0
    created: int = 0
    adopted: int = 0
    renewed: int = 0
    lost: int = 0
    blacklisted: int = 0


class Receipt(NamedTuple):
    """What becomes of a request: the headers to answer with, and the notification that it brought, if it is ours."""

    headers: Mapping[str, str] = {}
    payload: bytes | None = None


_NOTHING = Receipt()


class WebhookReceiver:
    """Tells RingCentral's requests from all others.

    ``is_handshake_expected`` is to be true only while a request of ours makes RingCentral validate the address.
    """

    def __init__(self, verification_token: str, counters: WebhookCounters) -> None:
        """Expect that secret with every delivery."""
        self.is_handshake_expected = False
        self._token = verification_token.encode()
        self._counters = counters

    async def receive(self, headers: Mapping[str, str], content: Content) -> Receipt:
        """Judge a request, by its size and its headers before its content; the content itself is not parsed here."""
        if _declared_size(headers) > LARGEST_DELIVERY:
            self._counters.oversized += 1
            return _NOTHING
        validation = headers.get(_VALIDATION)
        is_ours = self._is_token(headers.get(_VERIFICATION)) or self._is_token(validation)
        is_handshake = validation is not None and not self._is_token(validation)
        if not is_ours and not is_handshake:
            return self._ignore_foreign()
        try:
            body = await _read(content, LARGEST_DELIVERY if is_ours else _LARGEST_HANDSHAKE)
        except aiohttp.ClientError, web.RequestPayloadError, ConnectionError:
            self._counters.broken += 1
            return _NOTHING
        if validation is not None and is_handshake and body is not None and _EVENT_KEY not in body:
            return self._answer_handshake(validation)
        return self._take(headers, body) if is_ours else self._ignore_foreign()

    def _answer_handshake(self, token: str) -> Receipt:
        if not self.is_handshake_expected or _ECHO.fullmatch(token) is None:
            self._counters.unexpected_handshakes += 1
            return _NOTHING
        self._counters.handshakes += 1
        return Receipt(headers={_VALIDATION: token})

    def _take(self, headers: Mapping[str, str], body: bytes | None) -> Receipt:
        if body is None:
            self._counters.oversized += 1
            return _NOTHING
        media_type = headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if media_type != "application/json":
            self._counters.wrong_content += 1
            return _NOTHING
        self._counters.deliveries += 1
        return Receipt(payload=body)

    def _ignore_foreign(self) -> Receipt:
        self._counters.foreign += 1
        return _NOTHING

    def _is_token(self, value: str | None) -> bool:
        return value is not None and hmac.compare_digest(value.encode(errors="surrogateescape"), self._token)


def _declared_size(headers: Mapping[str, str]) -> int:
    """Return the size that a request declares; one that it can't be is too large."""
    text = headers.get("Content-Length", "0")
    return int(text) if text.isdecimal() and len(text) < 16 else LARGEST_DELIVERY + 1


async def _read(content: Content, limit: int) -> bytes | None:
    """Read a body to its end; ``None`` if it is longer than the limit, the rest of it unread."""
    body = bytearray()
    while chunk := await content.read(limit + 1 - len(body)):
        body += chunk
        if len(body) > limit:
            return None
    return bytes(body)
