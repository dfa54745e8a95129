"""The WebSocket gateway: its tokens, its connections, and the recovery of lost ones.

Sources: RingCentral's guide to WebSockets (session recovery) and its maintainer's experiments with it.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable
import re
import secrets
from typing import Any

from aiohttp import WSCloseCode, web

from .clock import Clock
from .connection import Connection, SocketSession
from .errors import ApiError, token_unknown
from .faults import Faults
from .logins import Session
from .oauth import OAuth
from .rest import Answer, Request
from .settings import CloudSettings
from .socket_requests import Surroundings
from .subscriptions import Subscriptions

_ABANDONED_LIFETIME = 86400.0
_CLOSE_TIMEOUT = 2.0  # real seconds for the client to answer a close


class Gateway:
    """Accepts connections and keeps what they may come back to."""

    def __init__(
        self,
        *,
        clock: Clock,
        oauth: OAuth,
        subscriptions: Subscriptions,
        faults: Faults,
        settings: CloudSettings,
        answer: Callable[[Request], Awaitable[Answer]],
    ) -> None:
        """Begin without connections; ``answer`` answers the requests that come through sockets."""
        self._cloud = Surroundings(clock=clock, oauth=oauth, faults=faults, settings=settings, answer=answer)
        self._subscriptions = subscriptions
        self.connections: list[Connection] = []
        self.is_empty = asyncio.Event()
        self.is_empty.set()
        self.accepted = 0
        self.recovered = 0
        self._tokens: dict[str, tuple[Session, float]] = {}
        self._recoverable: dict[str, SocketSession] = {}
        faults.on_moment("disconnect", self.disconnect)
        faults.on_moment("abrupt", self.close_abruptly)
        faults.on_moment("error_frame", self.send_error)
        faults.on_start("half_open", lambda **_: self.make_half_open())

    @property
    def requests(self) -> Counter[tuple[str, str]]:
        """How often each operation was requested through sockets."""
        return self._cloud.requests

    # Tokens

    def create_token(self, session: Session, uri: str) -> dict[str, Any]:
        """Answer ``POST /restapi/oauth/wstoken``."""
        token = secrets.token_urlsafe(27)
        self._tokens[token] = (session, self._cloud.clock.monotonic() + self._cloud.settings.ws_token_ttl)
        return {"ws_access_token": token, "uri": uri, "expires_in": int(self._cloud.settings.ws_token_ttl)}

    def _redeem(self, token: str) -> Session:
        session, expires_at = self._tokens.get(token, (None, 0.0))
        if session is None or self._cloud.clock.monotonic() >= expires_at:
            raise token_unknown()
        self._cloud.oauth.check(session)
        if self._cloud.settings.single_use_ws_tokens and self._cloud.settings.repeated_ws_token == "refuse":
            del self._tokens[token]
        return session

    async def _refuse(self, request: web.Request, error: ApiError) -> web.StreamResponse:
        """Refuse a pass (one live report of 2026: by HTTP or by a close code)."""
        if self._cloud.settings.ws_token_refusal == "http":
            return web.json_response(error.body(), status=error.status)
        websocket = web.WebSocketResponse()
        await websocket.prepare(request)
        await websocket.close(code=4400, message=error.message.encode())
        return websocket

    def _close_others(self, token: str, session: Session) -> None:
        """Close the connections that a new one puts an end to."""
        settings = self._cloud.settings
        for other in list(self.connections):
            is_same_pass = settings.repeated_ws_token == "replace" and other.token == token
            if is_same_pass or (settings.newest_socket_wins and other.session is session):
                other.close(WSCloseCode.GOING_AWAY, "Replaced by another connection")

    # Connections

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection from its opening to its end."""
        if (refusal := self._cloud.faults.strikes("refuse_socket")) is not None:
            return web.Response(status=refusal["status"], text="Service unavailable")
        try:
            session = self._redeem(request.query.get("access_token", ""))
        except ApiError as error:
            return await self._refuse(request, error)
        self._close_others(request.query.get("access_token", ""), session)
        websocket = web.WebSocketResponse(autoping=False, autoclose=False, compress=False, timeout=_CLOSE_TIMEOUT)
        await websocket.prepare(request)
        self.accepted += 1
        connection = Connection(self._cloud, request, websocket, session, leave=self._leave)
        connection.token = request.query.get("access_token", "")
        self.connections.append(connection)
        self.is_empty.clear()
        try:
            if (half_open := self._cloud.faults.strikes("half_open")) is not None and half_open["new"]:
                connection.make_half_open()
            else:
                connection.open(*self._recover(request.query.get("wsc"), session))
            await connection.serve()
        finally:
            self.connections.remove(connection)
            if not self.connections:
                self.is_empty.set()
            connection.detach()
        return websocket

    def _recover(self, wsc: str | None, session: Session) -> tuple[SocketSession | None, dict[str, str]]:
        """Return what a connection goes on with (None: it is refused), and what ConnectionDetails says about it."""
        self._forget_late()
        if wsc is None:
            return self._new_socket_session(session), {}
        refusal = self._cloud.faults.strikes("refuse_recovery")
        if not re.fullmatch(r"[\w-]{16,}", wsc) or (refusal is not None and refusal["code"] == "WSG-400"):
            return None, {}
        if refusal is not None:
            return self._refuse_recovery(session, refusal["code"])
        former = self._recoverable.get(wsc)
        if former is not None and former.session is not session:
            return self._refuse_recovery(session, "WSG-1003")
        if former is None or former.subscription is None or former.subscription.id not in self._subscriptions.by_id:
            return self._refuse_recovery(session, "WSG-1005")
        if former.connection is not None:
            former.connection.abandon()
        self._recoverable.pop(former.token)
        former.token = secrets.token_urlsafe(24)
        former.sequence = 0
        self._recoverable[former.token] = former
        self.recovered += 1
        return former, {"recoveryState": "Successful"}

    def _refuse_recovery(self, session: Session, code: str) -> tuple[SocketSession, dict[str, str]]:
        return self._new_socket_session(session), {"recoveryState": "Failed", "recoveryErrorCode": code}

    def _new_socket_session(self, session: Session) -> SocketSession:
        socket_session = SocketSession(
            secrets.token_urlsafe(24), session, deque(maxlen=self._cloud.settings.recovery_buffer)
        )
        self._recoverable[socket_session.token] = socket_session
        return socket_session

    def _leave(self, socket_session: SocketSession) -> None:
        """Keep what a lost connection leaves, for as long as it can be recovered."""
        socket_session.connection = None
        socket_session.lost_at = self._cloud.clock.monotonic()
        if (subscription := socket_session.subscription) is not None:
            subscription.is_connected = False
            self._subscriptions.renew(subscription, _ABANDONED_LIFETIME)

    def _forget_late(self) -> None:
        """Forget what was lost too long ago to be recovered; its subscription lives on, but sends nothing."""
        latest = self._cloud.clock.monotonic() - self._cloud.settings.recovery_timeout
        for token, lost in list(self._recoverable.items()):
            if lost.connection is None and lost.lost_at is not None and lost.lost_at < latest:
                del self._recoverable[token]
                if lost.subscription is not None:
                    lost.subscription.send = None

    # Things that happen to connections

    def disconnect(self, code: int = WSCloseCode.GOING_AWAY, reason: str = "") -> None:
        """Close all connections in good order."""
        for connection in list(self.connections):
            connection.close(code, reason)

    def close_abruptly(self) -> None:
        """Break all TCP connections, as when a process dies."""
        for connection in list(self.connections):
            connection.abort()

    def make_half_open(self) -> None:
        """From now on no connection is read from or written to, nor closed."""
        for connection in list(self.connections):
            connection.make_half_open()

    def send_error(self, code: str, message: str) -> None:
        """Send an Error frame on all connections."""
        for connection in list(self.connections):
            connection.send_error(code, message)
