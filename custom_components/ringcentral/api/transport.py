"""One HTTP exchange with RingCentral, and what its refusals mean.

Error codes are RingCentral's table "API error codes". A refusal's ``errors[*].errorCode`` decides; the ``errorCode`` at
the top may be a word, and the status alone is the last resort.
"""

from collections.abc import Iterable, Mapping, Sequence
from email.utils import parsedate_to_datetime
import re
from typing import NamedTuple

import aiohttp
import msgspec
from multidict import CIMultiDictProxy
from yarl import URL

from .errors import (
    ClientCredentialsError,
    PayloadError,
    PermissionMissingError,
    RateLimitedError,
    RequestRejectedError,
    RingCentralError,
    UnreachableError,
    UserCredentialsError,
)
from .patience import Patience

# A page of 1,000 extensions with all their calls is far below this.
_LARGEST_BODY = 32 * 1024 * 1024

# Without Retry-After, the pause must last at least this long (guide, rate limits).
_SHORTEST_PENALTY = 30.0

# Longer than that nobody is left waiting without another try.
_LONGEST_PENALTY = 900.0

_RATE_CODES = frozenset({"CMN-301", "CMN-302", "CMN-303", "CMN-304", "CMN-310"})
_CLIENT_CODES = frozenset(
    # 250: a kind of login that the app, or its environment, does not know (staff 2023; third parties 2026).
    f"OAU-{number}"
    for number in (109, 112, 113, 120, 121, 123, 125, 134, 146, 151, 153, 165, 250, 251)
)
_CLIENT_WORDS = frozenset({"invalid_client", "unauthorized_client", "unsupported_grant_type"})
# Words for a rejected access token where there is no code.
_TOKEN_WORDS = frozenset({"TokenInvalid", "TokenExpired"})
_APP_PERMISSION_CODES = frozenset({"CMN-401", "SUB-528"})
# CMN-419: the user's permission is for the own extension alone (capture 2025).
_USER_PERMISSION_CODES = frozenset({"CMN-408", "CMN-419"})
# They are shown to the user, so they have to look like what they are.
_CODE = re.compile(r"[\w-]{1,32}", re.ASCII)
_PERMISSION = re.compile(r"\w{1,64}", re.ASCII)
_NAMED_PERMISSION = re.compile(r"\[(\w{1,64})\] permission", re.ASCII)

# What decoding raises for bytes that are not of the documented shape, the last for those nested too deeply.
MALFORMED = (msgspec.MsgspecError, UnicodeError, RecursionError)

_LOOPBACK_HOSTS = frozenset({"127.0.0.1", "::1", "localhost"})


class Reply(NamedTuple):
    """An answer as it came: HTTP status, headers, body (at most 32 MiB)."""

    status: int
    headers: CIMultiDictProxy[str] | Mapping[str, str]
    body: bytes


def is_loopback(url: URL) -> bool:
    """Return whether an address is on this machine, where a simulator may do without encryption."""
    return url.host in _LOOPBACK_HOSTS


def validate_server(address: str) -> str:
    """Return a server's address in its plain form, as ``https://platform.ringcentral.com``.

    Raises ``ValueError`` if it is no address, has a path, a query or credentials, or lacks encryption (this machine
    excepted).
    """
    url = URL(address.strip())
    if url.scheme not in {"http", "https"} or not url.host:
        raise ValueError("not a web address")
    if url.path not in {"", "/"} or url.query_string or url.fragment or url.user or url.password:
        raise ValueError("more than a server's address")
    if url.scheme != "https" and not is_loopback(url):
        raise ValueError("not encrypted")
    return str(url.origin())


async def exchange(
    session: aiohttp.ClientSession,
    method: str,
    url: str | URL,
    *,
    headers: Mapping[str, str],
    params: Mapping[str, str] | None = None,
    form: Mapping[str, str] | None = None,
    body: bytes | None = None,
    patience: Patience | None = None,
) -> Reply:
    """Send one request and read its answer, whatever its status.

    Redirects are not followed, since they would carry credentials elsewhere. Raises :class:`UnreachableError` if there
    is no answer within 20 s, or within the caller's patience, and :class:`PayloadError` if it is too large.
    """
    try:
        with (patience or Patience()).request() as (timeout, answered):
            async with session.request(
                method,
                url,
                headers=headers,
                params=params,
                data=form if form is not None else body,
                allow_redirects=False,
                timeout=timeout,
            ) as response:
                answered()
                content = bytearray()
                async for chunk in response.content.iter_chunked(65536):
                    content += chunk
                    if len(content) > _LARGEST_BODY:
                        raise PayloadError(f"The answer to {method} is larger than {_LARGEST_BODY} bytes")
                return Reply(response.status, response.headers, bytes(content))
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise UnreachableError(f"No answer from RingCentral: {type(error).__name__}") from error


class _ErrorEntry(msgspec.Struct, frozen=True, rename="camel"):
    error_code: str | None = None
    message: str | None = None
    permission_name: str | None = None
    # The spelling of CMN-419 (capture 2025).
    permissions_name: str | None = None


class _ErrorBody(msgspec.Struct, frozen=True):
    error: str | None = None
    error_code: str | None = msgspec.field(default=None, name="errorCode")
    message: str | None = None
    permission_name: str | None = msgspec.field(default=None, name="permissionName")
    permissions_name: str | None = msgspec.field(default=None, name="permissionsName")
    errors: tuple[_ErrorEntry, ...] = ()


def _read_error(body: bytes) -> _ErrorBody:
    try:
        return msgspec.json.decode(body, type=_ErrorBody, strict=False)
    except MALFORMED:
        return _ErrorBody()


def refusal(reply: Reply) -> RingCentralError:
    """Return the exception that an answer with an error status stands for."""
    content = _read_error(reply.body)
    entries = [
        *content.errors,
        _ErrorEntry(content.error_code, content.message, content.permission_name, content.permissions_name),
    ]
    codes = _codes(entries)
    code = codes[0] if codes else None
    text = f"RingCentral answered {reply.status}{f' {code}' if code else ''}"
    if reply.status == 429 or _RATE_CODES.intersection(codes):
        return RateLimitedError(text, retry_after=retry_after(reply) or _SHORTEST_PENALTY, code=code)
    if reply.status >= 500 or reply.status == 408:
        return UnreachableError(text, status=reply.status, retry_after=retry_after(reply), code=code)
    if reply.status == 401:
        return _unauthorized(text, codes)
    if _APP_PERMISSION_CODES.intersection(codes) or content.error_code == "InsufficientPermissions":
        return PermissionMissingError(text, permission=_permission(entries), of_app=True, code=code)
    if _USER_PERMISSION_CODES.intersection(codes):
        return PermissionMissingError(text, permission=_permission(entries), of_app=False, code=code)
    return RequestRejectedError(text, status=reply.status, code=code)


def _unauthorized(text: str, codes: Sequence[str]) -> RingCentralError:
    """Return what status 401 stands for: only codes of the login mean that it is no longer good.

    The API description of 2019 has 401 for CMN-405 (a user without extension) and for AGW-401 and AGW-402 (the API's
    own gateway), too, and a proxy in between may answer so.
    """
    code = codes[0] if codes else None
    if any(one.startswith("OAU-") or one in _TOKEN_WORDS for one in codes):
        return UserCredentialsError(text, code=code)
    if code is not None and code.startswith("CMN-"):
        return RequestRejectedError(text, status=401, code=code)
    return UnreachableError(text, status=401, code=code)


def login_refusal(reply: Reply) -> RingCentralError:
    """Return the exception that an error of the token endpoint stands for."""
    if reply.status == 429 or reply.status >= 500 or reply.status == 408:
        return refusal(reply)
    content = _read_error(reply.body)
    codes = _codes(content.errors)
    code = next(iter((*codes, *_codes([_ErrorEntry(content.error)]))), None)
    text = f"RingCentral refused the login: {reply.status}{f' {code}' if code else ''}"
    if _CLIENT_CODES.intersection(codes) or content.error in _CLIENT_WORDS:
        return ClientCredentialsError(text, code=code)
    if code is not None and (content.error or code.startswith("OAU-")):
        return UserCredentialsError(text, code=code)
    # A web page of something in between says nothing about the login.
    return RequestRejectedError(text, status=reply.status, code=code)


def _codes(entries: Iterable[_ErrorEntry]) -> list[str]:
    return [entry.error_code for entry in entries if entry.error_code and _CODE.fullmatch(entry.error_code)]


def _permission(entries: Iterable[_ErrorEntry]) -> str | None:
    for entry in entries:
        name = entry.permission_name or entry.permissions_name
        if name and _PERMISSION.fullmatch(name):
            return name
        if entry.error_code == "SUB-528":
            return "WebSocketSubscription"
        if named := _NAMED_PERMISSION.search(entry.message or ""):
            return named[1]
    return None


def retry_after(reply: Reply) -> float | None:
    """Return the seconds of ``Retry-After``, or ``None`` if it is absent or no number of seconds."""
    text = reply.headers.get("Retry-After", "").strip()
    return min(float(text), _LONGEST_PENALTY) if text.isdecimal() and len(text) < 10 else None


def date_of(reply: Reply) -> float | None:
    """Return the server's time of answering (the ``Date`` header), in whole Unix seconds."""
    try:
        return parsedate_to_datetime(reply.headers["Date"]).timestamp()
    except KeyError, ValueError, OverflowError:
        return None


def decode[T](reply: Reply, kind: type[T]) -> T:
    """Return an answer's body as that type; raises :class:`PayloadError`, which names the place but no value."""
    try:
        return msgspec.json.decode(reply.body, type=kind)
    except MALFORMED as error:
        raise PayloadError(f"The answer was not of the documented shape: {describe(error)}") from error


def describe(error: Exception) -> str:
    """Return what is wrong and where; only the decoder's own words, so no value is repeated."""
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    return "it is not UTF-8" if isinstance(error, UnicodeError) else str(error)
