"""What is attached to messages: fetched with the login's token, from RingCentral's servers and from nowhere else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from yarl import URL

from .client import RingCentralClient
from .errors import AuthenticationError, PayloadError, RateLimitedError, UnreachableError
from .rate_limit import UsageGroup
from .text import clean
from .transport import Reply, is_loopback, refusal

# Larger than any voicemail: 50 MB are eight hours of telephone sound.
LARGEST_CONTENT = 50 * 1024 * 1024
LONGEST_TRANSCRIPTION = 2000
_LARGEST_TEXT = 64 * 1024

# A recording may take long, as long as something comes.
_TIMEOUT = aiohttp.ClientTimeout(total=None, sock_connect=20, sock_read=20)


def is_content_address(address: str, server: str) -> bool:
    """Return whether the login's token may be sent to an address: a host beside the server's, with encryption.

    Attachments are at ``media.ringcentral.com`` beside ``platform.ringcentral.com`` (guide, messaging).
    """
    try:
        url, own = URL(address), URL(server)
    except ValueError:
        return False
    if is_loopback(own):
        return is_loopback(url) and url.scheme in {"http", "https"}
    if url.scheme != "https" or not url.host or not own.host or url.user or url.password:
        return False
    _, _, domain = own.host.partition(".")
    return url.host == own.host or ("." in domain and url.host.endswith(f".{domain}"))


@asynccontextmanager
async def open_content(
    client: RingCentralClient, address: str, *, is_patient: bool = False
) -> AsyncIterator[aiohttp.ClientResponse]:
    """Request an attachment; the answer's body is still to be read. A token that is rejected is replaced once.

    One that ``is_patient`` leaves half of the budget to others.

    Raises :class:`~.errors.RingCentralError`, as the client does.
    """
    if not is_content_address(address, client.server):
        raise PayloadError("An attachment is at an address that is not RingCentral's")
    token = await client.auth.access_token()
    for is_last in (False, True):
        await client.limits.acquire(UsageGroup.MEDIUM, is_patient=is_patient)
        # Sound is compressed already; of what is compressed again, nobody knows the length.
        headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}
        try:
            response = await client.session.get(address, headers=headers, allow_redirects=False, timeout=_TIMEOUT)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise UnreachableError(f"No answer from RingCentral: {type(error).__name__}") from error
        async with response:
            client.limits.learn(UsageGroup.MEDIUM, response.headers)
            if response.status == 200:
                yield response
                return
            failure = refusal(Reply(response.status, response.headers, await _read_beginning(response)))
        if is_last or not isinstance(failure, AuthenticationError):
            break
        token = await client.auth.refresh(token)
    if isinstance(failure, RateLimitedError):
        client.limits.penalize(UsageGroup.MEDIUM, failure.retry_after)
    raise failure


async def read_transcription(client: RingCentralClient, address: str, *, is_patient: bool = False) -> str:
    """Return the text of a transcription in one line, without what could do harm, and its beginning if it is long."""
    async with open_content(client, address, is_patient=is_patient) as response:
        body = await _read_beginning(response)
    return clean(body.decode(errors="replace"), LONGEST_TRANSCRIPTION)


async def _read_beginning(response: aiohttp.ClientResponse) -> bytes:
    """Return what a text has within the first 64 KiB; the rest is not read."""
    content = bytearray()
    try:
        async for chunk in response.content.iter_any():
            content += chunk
            if len(content) > _LARGEST_TEXT:
                break
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise UnreachableError(f"An attachment broke off: {type(error).__name__}") from error
    return bytes(content[:_LARGEST_TEXT])
