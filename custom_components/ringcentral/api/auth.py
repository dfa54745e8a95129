"""Tokens: obtain, refresh, revoke.

RingCentral replaces the refresh token at every refresh, and the former access token dies at once. A lost answer to a
refresh can be fetched again with the former refresh token as long as the new access token has not been used. So there
is one refresh at a time, a new token is stored before its first use, and a refresh without an answer is repeated.
More than five sessions of one user and app end the oldest, so a session is kept as long as it lives.
(Guide: refreshing tokens; experiments published by the maintainer of RingCentral's clients.)
"""

import asyncio
from collections.abc import Callable
from typing import Protocol

import aiohttp

from .clock import Clock
from .errors import AuthenticationError, RateLimitedError, RequestRejectedError, RingCentralError, UnreachableError
from .models import Token, TokenReply
from .rate_limit import RateLimits, UsageGroup
from .transport import Reply, decode, exchange, login_refusal

# Fetch a new token this long before the end of the present one, or for short-lived ones in their last quarter.
_REFRESH_AHEAD = 300.0

# The guide asks for three tries, ten seconds apart: the answer to a refresh may be lost, and with it the session.
_REFRESH_TRIES = 3
_TRY_INTERVAL = 10.0

_JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


class Auth(Protocol):
    """Where the client gets its access token from."""

    async def access_token(self) -> str:
        """Return an access token that is good for a while, refreshing it if need be."""

    async def refresh(self, rejected: str) -> str:
        """Return another access token than the rejected one."""

    async def revoke(self) -> None:
        """End the OAuth session."""


class JwtAuth:
    """One OAuth session, opened with a user's JWT credential."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        *,
        server: str,
        client_id: str,
        client_secret: str,
        jwt: str,
        clock: Clock,
        budget: RateLimits,
        token: Token | None = None,
        store_token: Callable[[Token | None], None] = lambda _: None,
    ) -> None:
        """Go on with a stored token, or begin without one; ``store_token`` gets each new one before its first use."""
        self.token = token
        self._session = session
        self._server = server
        self._headers = {
            "Authorization": aiohttp.encode_basic_auth(client_id, client_secret),
            "Accept": "application/json",
        }
        self._jwt = jwt
        self._clock = clock
        self._budget = budget
        self._store_token = store_token
        self._lock = asyncio.Lock()

    async def access_token(self) -> str:
        """Return an access token that is good for a while.

        Raises :class:`AuthenticationError` if RingCentral refuses the login, another :class:`RingCentralError` if there
        is no valid token and none can be had now.
        """
        async with self._lock:
            token = self.token
            if token is not None and self._clock.time() < token.refresh_at:
                return token.access_token
            try:
                token = await self._renew(token)
            except AuthenticationError:
                raise
            except RingCentralError:
                if token is None or self._clock.time() >= token.expires_at:
                    raise
            return token.access_token

    async def refresh(self, rejected: str) -> str:
        """Return another access token than the one that RingCentral rejected; raises as :meth:`access_token`."""
        async with self._lock:
            token = self.token
            if token is None or token.access_token == rejected:
                token = await self._renew(token)
            return token.access_token

    async def revoke(self) -> None:
        """End the OAuth session at RingCentral, if it can be reached, and forget its tokens."""
        async with self._lock:
            token, self.token = self.token, None
            if token is None:
                return
            self._store_token(None)
            try:
                await self._ask("revoke", {"token": token.refresh_token or token.access_token})
            except RingCentralError:
                return  # The session ends by itself when its tokens expire.

    async def _renew(self, token: Token | None) -> Token:
        """Refresh the session; where it is over, open another with the JWT credential."""
        if token is not None and token.refresh_token is not None and not self._is_refresh_over(token):
            try:
                form = {"grant_type": "refresh_token", "refresh_token": token.refresh_token}
                return await self._fetch(form, tries=_REFRESH_TRIES)
            except AuthenticationError:
                pass
        return await self._fetch({"grant_type": _JWT_GRANT, "assertion": self._jwt})

    def _is_refresh_over(self, token: Token) -> bool:
        return token.refresh_expires_at is not None and self._clock.time() >= token.refresh_expires_at

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
                if not tries_left:
                    raise
                await self._clock.sleep(max(_TRY_INTERVAL, error.retry_after or 0.0))
            except RateLimitedError as error:
                self._budget.penalise(UsageGroup.AUTH, error.retry_after)
                raise
        token = _as_token(decode(reply, TokenReply), self._clock.time())
        self._store_token(token)
        self.token = token
        return token

    async def _ask(self, operation: str, form: dict[str, str]) -> Reply:
        await self._budget.acquire(UsageGroup.AUTH)
        url = f"{self._server}/restapi/oauth/{operation}"
        reply = await exchange(self._session, "POST", url, headers=self._headers, form=form)
        self._budget.learn(UsageGroup.AUTH, reply.headers)
        return reply


def _as_token(reply: TokenReply, now: float) -> Token:
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
