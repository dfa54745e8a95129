"""The receiving end of a webhook: the handshake that proves its address, and the deliveries that follow.

Whatever arrives is answered with status 200, so that a stranger learns nothing; what is not ours is ignored and
counted. Sources: RingCentral's guide (creating webhooks) and its specification of ``deliveryMode``.
"""

import asyncio
from collections.abc import Mapping
import hmac
import re
from typing import NamedTuple, Protocol

import aiohttp
from aiohttp import web

from .counters import WebhookCounters

# The guide's older and present name of the header with our secret; the latter is also that of the handshake.
_VERIFICATION = "Verification-Token"
_VALIDATION = "Validation-Token"

# As for a message of the WebSocket; an event with seven calls has some 6 KB.
LARGEST_DELIVERY = 2 * 1024 * 1024

# The answer to a handshake, headers included, may have 1,024 bytes (guide).
_ECHO = re.compile(r"[!-~]{1,256}")

# What is read of a request that is not proved to be ours, and how long that may take.
_LARGEST_STRANGER = 64 * 1024
_STRANGER_LIMIT = 3.0
_ENOUGH_WITHOUT_TOKEN = 3


class Content(Protocol):
    """A body that is still to be read: that of a request, or what the cloud passes on."""

    async def read(self, size: int, /) -> bytes:
        """Return up to that many bytes, none at the end."""


class Receipt(NamedTuple):
    """What becomes of a request: the headers to answer with, and the notification that it brought, if it is ours."""

    headers: Mapping[str, str] = {}
    payload: bytes | None = None


_NOTHING = Receipt()


class WebhookReceiver:
    """Distinguishes RingCentral's requests from all others.

    ``is_handshake_expected`` is to be true only while a request of ours makes RingCentral validate the address.
    ``subscription_id`` is that of the subscription whose deliveries are expected.
    """

    def __init__(self, verification_token: str, counters: WebhookCounters) -> None:
        """Initialize with the secret that comes with every delivery."""
        self.is_handshake_expected = False
        self.subscription_id: str | None = None
        # Requests that had our secret and nothing that can be read.
        self.unreadable = 0
        self._token = verification_token.encode()
        self._counters = counters
        self._without_token = 0

    @property
    def lacks_token(self) -> bool:
        """Return whether our deliveries come without our secret, so that none of them can be trusted.

        The guide and the specification disagree on the header's name; no capture has one.
        """
        return self._without_token >= _ENOUGH_WITHOUT_TOKEN

    @property
    def is_unproved(self) -> bool:
        """Return whether the last delivery that named our subscription came without our secret."""
        return self._without_token > 0

    def expect(self, subscription_id: str) -> None:
        """Expect the deliveries of a subscription from now on."""
        if subscription_id != self.subscription_id and self.lacks_token:
            self._without_token = 0
        self.subscription_id = subscription_id

    async def receive(self, headers: Mapping[str, str], content: Content) -> Receipt:
        """Judge a request, by its size and its headers before its content; the content itself is not parsed here."""
        validation = headers.get(_VALIDATION)
        is_ours = self._is_token(headers.get(_VERIFICATION)) or self._is_token(validation)
        if _declared_size(headers) > LARGEST_DELIVERY:
            self._counters.oversized += 1
            return self._lose(is_ours=is_ours)
        is_handshake = validation is not None and not self._is_token(validation)
        if validation is not None and is_handshake and (self.is_handshake_expected or not is_ours):
            # It has to be answered within 3 s, and its body, if it has any, says nothing.
            return self._answer_handshake(validation)
        try:
            if not is_ours:
                return await self._ignore_foreign(content)
            body = await _read(content, LARGEST_DELIVERY)
        except aiohttp.ClientError, web.RequestPayloadError, ConnectionError, TimeoutError:
            self._counters.broken += 1
            return self._lose(is_ours=is_ours)
        self._without_token = 0
        return self._take(headers, body)

    def _answer_handshake(self, token: str) -> Receipt:
        if not self.is_handshake_expected or _ECHO.fullmatch(token) is None:
            self._counters.unexpected_handshakes += 1
            return _NOTHING
        self._counters.handshakes += 1
        return Receipt(headers={_VALIDATION: token})

    def _take(self, headers: Mapping[str, str], body: bytes | None) -> Receipt:
        if body is None:
            self._counters.oversized += 1
            return self._lose(is_ours=True)
        media_type = headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if media_type != "application/json":
            self._counters.wrong_content += 1
            return self._lose(is_ours=True)
        self._counters.deliveries += 1
        return Receipt(payload=body)

    async def _ignore_foreign(self, content: Content) -> Receipt:
        """Count a request without our secret; one that names our subscription may be RingCentral's all the same."""
        self._counters.foreign += 1
        if self.subscription_id is not None:
            async with asyncio.timeout(_STRANGER_LIMIT):
                body = await _read(content, _LARGEST_STRANGER)
            if body is not None and self.subscription_id.encode() in body:
                self._counters.without_token += 1
                self._without_token += 1
        return _NOTHING

    def _lose(self, *, is_ours: bool) -> Receipt:
        """Answer what can't be read; of what is ours, the owner of the receiver reads what it was about."""
        self.unreadable += is_ours
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
