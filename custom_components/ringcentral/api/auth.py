"""Tokens: obtain, refresh, revoke.

RingCentral replaces the refresh token at every refresh, and the former access token dies at once. A lost answer to a
refresh can be fetched again with the former refresh token as long as the new access token has not been used. So there
is one refresh at a time, a new token is stored before its first use, and a refresh without an answer is repeated.
More than five sessions of one user and app end the oldest, so a session is kept as long as it lives.
(Guide: refreshing tokens; experiments published by the maintainer of RingCentral's clients.)
"""

from abc import ABC, abstractmethod
import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol, Required, TypedDict, Unpack, override
import uuid

import aiohttp
import msgspec

from .account import Token, TokenReply
from .clock import Clock
from .errors import (
    AuthenticationError,
    ClientCredentialsError,
    RateLimitedError,
    RequestRejectedError,
    RingCentralError,
    UnreachableError,
    UserCredentialsError,
)
from .patience import Patience
from .rate_limit import RateLimits, UsageGroup
from .transport import Reply, decode, exchange, login_refusal

# Fetch a new token this long before the end of the present one, or for short-lived ones in their last quarter.
_REFRESH_AHEAD = 300.0

# The guide asks for three tries, ten seconds apart: the answer to a refresh may be lost, and with it the session.
_REFRESH_TRIES = 3
_TRY_INTERVAL = 10.0

# A renewal ahead of time that was refused is tried again this much later, as long as the present token is good.
_REFUSED_INTERVAL = 60.0

_JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


class _SessionOptions(TypedDict, total=False):
    server: Required[str]
    client_id: Required[str]
    client_secret: Required[str]
    clock: Required[Clock]
    limits: Required[RateLimits]
    token: Token | None
    store_token: Callable[[Token | None], None]


class Auth(Protocol):
    """Where the client gets its access token from."""

    token: Token | None
    was_rejected: bool
    patience: Patience

    @property
    def session_id(self) -> str | None:
        """Which OAuth session the present token belongs to; a refresh goes on with the session."""

    def on_new_session(self, action: Callable[[], None]) -> Callable[[], None]:
        """Call the action whenever another OAuth session has begun; the returned callable ends that."""

    async def access_token(self) -> str:
        """Return an access token that is good for a while, refreshing it if need be."""

    async def refresh(self, rejected: str) -> str:
        """Return another access token than the rejected one."""

    async def revoke(self, *, patient: bool = False) -> None:
        """End the OAuth session; if ``patient``, after the penalty for too many requests."""


class OAuthSession(ABC):
    """One OAuth session of a user and an app: kept alive by refreshing. Kinds differ in what follows its end."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        *,
        server: str,
        client_id: str,
        client_secret: str,
        clock: Clock,
        limits: RateLimits,
        token: Token | None = None,
        store_token: Callable[[Token | None], None] = lambda _: None,
    ) -> None:
        """Initialize with a stored token, or without one; ``store_token`` gets each new one before its first use.

        An empty secret means a public app, which names itself in the form instead of authenticating. Raises
        :class:`ClientCredentialsError` for a client id that cannot be one.
        """
        if ":" in client_id:
            raise ClientCredentialsError("A client id has no colon")
        self.token = _labelled(token, None) if token is not None else None
        self.patience = Patience()
        self._session = session
        self._server = server
        self._headers = {"Accept": "application/json"}
        self._client_form = {} if client_secret else {"client_id": client_id}
        if client_secret:
            self._headers["Authorization"] = aiohttp.encode_basic_auth(client_id, client_secret)
        self._clock = clock
        self._limits = limits
        self._store_token = store_token
        self._lock = asyncio.Lock()
        # Whether the present OAuth session was begun because the former one's token had been rejected.
        self.was_rejected = False
        self._renewal_refused_at = float("-inf")
        self._session_listeners: list[Callable[[], None]] = []

    @property
    def session_id(self) -> str | None:
        """Which OAuth session the present token belongs to; ``None`` without a token."""
        return self.token.session_id if self.token is not None else None

    def on_new_session(self, action: Callable[[], None]) -> Callable[[], None]:
        """Call the action whenever another OAuth session has begun; the returned callable ends that."""
        self._session_listeners.append(action)
        return lambda: self._session_listeners.remove(action)

    async def access_token(self) -> str:
        """Return an access token that is good for a while.

        Raises :class:`AuthenticationError` if RingCentral refuses the login, another :class:`RingCentralError` if there
        is no valid token and none can be had now.
        """
        async with self._lock:
            token = self.token
            if token is not None and not self._is_renewal_due(token):
                return token.access_token
            self.was_rejected = False
            try:
                token = await self._renew(token)
            except RingCentralError as error:
                if token is None or self._clock.time() >= token.expires_at:
                    raise
                if isinstance(error, AuthenticationError):
                    # At the limit of sessions a login may be refused until the present one has ended.
                    self._renewal_refused_at = self._clock.monotonic()
            return token.access_token

    def _is_renewal_due(self, token: Token) -> bool:
        now = self._clock.time()
        was_refused = self._clock.monotonic() - self._renewal_refused_at < _REFUSED_INTERVAL
        return now >= (token.expires_at if was_refused else self._renew_at(token))

    async def refresh(self, rejected: str) -> str:
        """Return another access token than the one that RingCentral rejected; raises as :meth:`access_token`."""
        async with self._lock:
            token = self.token
            if token is None or token.access_token == rejected:
                self.was_rejected = True
                token = await self._renew(token)
            return token.access_token

    async def revoke(self, *, patient: bool = False) -> None:
        """End the OAuth session at RingCentral, if it can be reached, and forget its tokens.

        Its answer is not looked at. If ``patient``, a penalty for too many requests is waited out first.
        """
        async with self._lock:
            token, self.token = self.token, None
            if token is None:
                return
            self._store_token(None)
            form = {"token": token.refresh_token or token.access_token}
            try:
                await self._ask("revoke", form)
            except RateLimitedError as error:
                if patient:
                    await self._clock.sleep(error.retry_after)
                    with suppress(RingCentralError):
                        await self._ask("revoke", form)
            except RingCentralError:
                return  # The session ends by itself when its tokens expire.

    @abstractmethod
    async def _renew(self, token: Token | None) -> Token:
        """Fetch another token than the present one, of this session or a new one."""

    def _renew_at(self, token: Token) -> float:
        """Return the moment from which on a new token is fetched."""
        return token.refresh_at

    def _refresh_token(self, token: Token | None) -> str | None:
        """Return the refresh token, if there is one and it is still good."""
        if token is None or (token.refresh_expires_at is not None and self._clock.time() >= token.refresh_expires_at):
            return None
        return token.refresh_token

    async def _refresh(self, refresh_token: str) -> Token:
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        # Where somebody waits, the next attempt to start is the next try.
        tries = 1 if self.patience.is_limited else _REFRESH_TRIES
        return self._keep(await self._fetch(form, tries=tries), self.session_id)

    async def _open(self, form: dict[str, str]) -> Token:
        """Open another OAuth session."""
        token = self._keep(await self._fetch(form), None)
        for action in tuple(self._session_listeners):
            action()
        return token

    def _keep(self, token: Token, session_id: str | None) -> Token:
        """Store a token of that session before its first use."""
        token = _labelled(token, session_id)
        self._store_token(token)
        self.token = token
        return token

    async def _fetch(self, form: dict[str, str], *, tries: int = 1) -> Token:
        for tries_left in reversed(range(tries)):
            try:
                reply = await self._ask("token", form)
                if reply.status >= 400:
                    raise login_refusal(reply)
                if reply.status != 200:
                    raise RequestRejectedError(f"The token endpoint answered {reply.status}", status=reply.status)
                break
            except UnreachableError as error:
                if not tries_left or (error.retry_after or 0.0) > _TRY_INTERVAL:
                    raise
                await self._clock.sleep(_TRY_INTERVAL)
            except RateLimitedError as error:
                self._limits.penalize(UsageGroup.AUTH, error.retry_after)
                raise
        return as_token(decode(reply, TokenReply), self._clock.time())

    async def _ask(self, operation: str, form: dict[str, str]) -> Reply:
        await self._limits.acquire(UsageGroup.AUTH)
        url = f"{self._server}/restapi/oauth/{operation}"
        form = {**form, **self._client_form}
        reply = await exchange(self._session, "POST", url, headers=self._headers, form=form, patience=self.patience)
        self._limits.learn(UsageGroup.AUTH, reply.headers)
        return reply


class JwtAuth(OAuthSession):
    """A session opened with a user's JWT credential; where it is over, another is opened with it."""

    def __init__(self, session: aiohttp.ClientSession, *, jwt: str, **session_options: Unpack[_SessionOptions]) -> None:
        """Take the credential; all else is as for every session."""
        super().__init__(session, **session_options)
        self._jwt = jwt

    @override
    async def _renew(self, token: Token | None) -> Token:
        if refresh_token := self._refresh_token(token):
            with suppress(AuthenticationError):
                return await self._refresh(refresh_token)
        return await self._open({"grant_type": _JWT_GRANT, "assertion": self._jwt})


class CodeAuth(OAuthSession):
    """A session that the user opened in the browser; where it is over, only the user can open another."""

    _has_ended = False

    @override
    async def _renew(self, token: Token | None) -> Token:
        refresh_token = self._refresh_token(token)
        if refresh_token is None or self._has_ended:
            raise UserCredentialsError("The session is over; the user has to log in again")
        try:
            return await self._refresh(refresh_token)
        except UserCredentialsError:
            self._has_ended = True  # What was refused is not to be asked again (guide, errors).
            raise

    @override
    def _renew_at(self, token: Token) -> float:
        return token.expires_at if token.refresh_token is None else token.refresh_at


def as_token(reply: TokenReply, now: float) -> Token:
    """Return the token of an answer that came now (Unix seconds)."""
    lifetime = max(reply.expires_in, 0.0)
    return Token(
        access_token=reply.access_token,
        expires_at=now + lifetime,
        refresh_at=now + lifetime - min(_REFRESH_AHEAD, lifetime / 4),
        refresh_token=reply.refresh_token,
        refresh_expires_at=now + reply.refresh_token_expires_in if reply.refresh_token_expires_in else None,
        scope=reply.scope,
        owner_id=str(reply.owner_id) if reply.owner_id is not None else None,
        session_id=reply.session_id,
        endpoint_id=reply.endpoint_id,
    )


def _labelled(token: Token, session_id: str | None) -> Token:
    """Return the token with its session's id: the known one, or RingCentral's, or our own where there is none."""
    return msgspec.structs.replace(token, session_id=session_id or token.session_id or uuid.uuid4().hex)
