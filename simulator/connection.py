"""One open socket of the WebSocket gateway.

Sources: RingCentral's guide to WebSockets (heart-beats), the definitions in its own clients, and captured frames
(``tests/payloads/ws-*``).
"""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
import json
from typing import Any
import uuid

from aiohttp import WSCloseCode, WSMsgType, web

from .errors import ApiError
from .events import Notification, compact
from .logins import Session
from .outbox import Outbox
from .socket_requests import Surroundings, answer_frame
from .subscriptions import Subscription
from .tasks import Tasks
from .timestamps import timestamp


@dataclass(slots=True, eq=False)
class SocketSession:
    """What outlives a connection: its subscription and the notifications that found no connection."""

    token: str
    session: Session
    buffer: deque[Notification]
    subscription: Subscription | None = None
    connection: Connection | None = None
    sequence: int = 0
    lost_at: float | None = None

    def notify(self, notification: Notification) -> None:
        """Send a notification, or keep it for a recovery."""
        if self.connection is None or self.connection.is_half_open or self.connection.awaits_replay:
            self.buffer.append(notification)
        else:
            self.connection.notify(notification)


class Connection:
    """One open socket."""

    def __init__(
        self,
        cloud: Surroundings,
        request: web.Request,
        websocket: web.WebSocketResponse,
        session: Session,
        *,
        leave: Callable[[SocketSession], None],
    ) -> None:
        """Take over a socket that was just opened; ``leave`` is called with what may be recovered."""
        self.session = session
        self.token = ""
        self.opened_at = cloud.clock.monotonic()
        self.is_half_open = False
        self.awaits_replay = False
        self.socket_session: SocketSession | None = None
        self._cloud = cloud
        self._request = request
        self._leave = leave
        self._websocket = websocket
        self._outbox = Outbox(cloud.clock, websocket)
        self._timers: dict[str, Callable[[], None]] = {}
        self._tasks = Tasks()
        self._last_received_at = self.opened_at
        self._token_failed = False
        self._over = asyncio.Event()
        self._ponged = asyncio.Event()

    @property
    def subscription(self) -> Subscription | None:
        """The connection's one subscription."""
        return self.socket_session.subscription if self.socket_session else None

    @property
    def is_open(self) -> bool:
        """Whether the client has not closed its side, as far as the network shows."""
        return self._request.transport is not None and not self._request.transport.is_closing()

    # Life

    def open(self, socket_session: SocketSession | None, recovery: dict[str, str]) -> None:
        """Greet the client and go on with that session; without one, refuse its recovery."""
        if socket_session is None:
            self.send_error("WSG-400", "Malformed WebSocket session context token")
            self.close(WSCloseCode.OK)
            return
        cloud, settings = self._cloud, self._cloud.settings
        self.socket_session = socket_session
        socket_session.connection = self
        socket_session.sequence += 1
        request_id = str(uuid.uuid1())
        meta = {
            "type": "ConnectionDetails",
            "messageId": request_id,
            "status": 200,
            "wsc": {"token": socket_session.token, "sequence": socket_session.sequence},
            "headers": {"RCRequestId": request_id},
        }
        body = {
            "creationTime": timestamp(cloud.clock.time()).replace("Z", "+0000"),
            **recovery,
            "maxConnectionsPerSession": 50,
            "recoveryBufferSize": settings.recovery_buffer,
            "recoveryTimeout": int(settings.recovery_timeout),
            "idleTimeout": int(settings.idle_timeout),
            "absoluteTimeout": int(settings.absolute_timeout),
            "maxActiveRequests": 10,
        }
        self._outbox.put(compact([meta, body]))
        if (subscription := socket_session.subscription) is not None:
            subscription.is_connected = True
        if socket_session.buffer:
            self.awaits_replay = True
            later = asyncio.get_running_loop().call_later(settings.replay_delay, self._replay, socket_session)
            self._timers["replay"] = later.cancel
        self._await_idleness()
        self._await_token_end()
        self._timers["absolute"] = cloud.clock.call_later(
            settings.absolute_timeout, lambda: self._time_out("WSG-903", "Absolute timeout expired")
        )
        self.session.on_end.add(self._report_token)

    async def serve(self) -> None:
        """Read and write until the connection is over."""
        for work in (self._read, self._write, self._ping):
            self._tasks.start(work())
        await self._over.wait()
        await self._tasks.stop()

    def _replay(self, socket_session: SocketSession) -> None:
        """Send what was buffered while there was no connection."""
        self.awaits_replay = False
        while socket_session.buffer:
            self.notify(socket_session.buffer.popleft())

    def detach(self) -> None:
        """Stop all timers and leave what may be recovered."""
        for cancel in self._timers.values():
            cancel()
        self.session.on_end.discard(self._report_token)
        socket_session, self.socket_session = self.socket_session, None
        unsent = self._outbox.take_unsent()
        if socket_session is None:
            return
        for notification in reversed(unsent):
            socket_session.buffer.appendleft(notification)
        self._leave(socket_session)

    def abandon(self) -> None:
        """Break the connection because its client has come back with another."""
        self.detach()
        self.abort()

    def close(self, code: int, reason: str = "") -> None:
        """Close the connection after what is still to be sent."""
        if not self.is_half_open:
            self._outbox.close(code, reason)

    def abort(self) -> None:
        """Break the TCP connection at once."""
        if self._request.transport is not None:
            self._request.transport.abort()
        self._over.set()

    def make_half_open(self) -> None:
        """Neither read nor write from now on, and do not close either."""
        self.is_half_open = self._outbox.is_stuck = True
        for cancel in self._timers.values():
            cancel()

    # Sending

    def notify(self, notification: Notification) -> None:
        """Send a notification, as far as faults let it through."""
        if self._report_token():
            return
        meta = {
            "type": "ServerNotification",
            "messageId": notification.uuid,
            "status": 200,
            "headers": {"RCRequestId": notification.uuid},
        }
        for wait, frame in self._cloud.faults.shape(f"[{compact(meta)},{notification.text}]"):
            if wait <= 0:
                self._outbox.put(frame, notification)
            else:
                self._outbox.put_later(wait, frame, notification)

    def send_error(self, code: str, message: str) -> None:
        """Send an Error frame."""
        request_id = str(uuid.uuid1())
        meta = {"type": "Error", "messageId": request_id, "headers": {"RCRequestId": request_id}}
        self._outbox.put(compact([meta, {"errorCode": code, "message": message}]))

    async def _write(self) -> None:
        await self._outbox.write()
        if not self.is_half_open:
            self._over.set()

    # Receiving

    async def _read(self) -> None:
        while True:
            message = await self._websocket.receive()
            if self.is_half_open:
                return
            if message.type is WSMsgType.PING:
                await self._websocket.pong(message.data)
            elif message.type is WSMsgType.PONG:
                self._ponged.set()
            elif message.type in {WSMsgType.TEXT, WSMsgType.BINARY}:
                self._last_received_at = self._cloud.clock.monotonic()
                self._receive(message.data)
            else:
                if message.type is WSMsgType.CLOSE:
                    await self._websocket.close()
                self._over.set()
                return

    def _receive(self, text: str | bytes) -> None:
        try:
            frame = json.loads(text)
            meta, body = frame[0], frame[1] if len(frame) > 1 else None
            kind, message_id = meta["type"], meta["messageId"]
        except ValueError, TypeError, LookupError:
            self.send_error("WSG-400", "Malformed request")
            return
        if kind == "Heartbeat":
            if self._cloud.settings.answers_heartbeats and self._cloud.faults.strikes("mute_heartbeat") is None:
                self._outbox.put(compact([{"type": "Heartbeat", "messageId": message_id}]))
        elif kind == "ClientRequest":
            self._tasks.start(self._answer(meta, body))
        else:
            self.send_error("WSG-400", f"Unknown message type [{kind}]")

    async def _answer(self, meta: dict[str, Any], body: Any) -> None:
        if self._cloud.settings.socket_after_token == "silent" and self._report_token():
            return
        base_url = f"{self._request.scheme}://{self._request.host}"
        socket = self.socket_session
        frame = await answer_frame(self._cloud, meta, body, base_url=base_url, session=self.session, socket=socket)
        if frame is not None:
            self._outbox.put(frame)

    # Time

    async def _ping(self) -> None:
        """Ping the client, as the gateway does; who does not answer is given up."""
        while True:
            await self._cloud.clock.sleep(self._cloud.settings.ping_interval)
            self._ponged.clear()
            try:
                if not self.is_half_open:
                    await self._websocket.ping()
                async with asyncio.timeout(self._cloud.settings.pong_timeout):
                    await self._ponged.wait()
            except ConnectionError, TimeoutError:
                self.detach()
                if self.is_half_open and self._request.transport is not None:
                    continue
                self.abort()
                return

    def _await_idleness(self) -> None:
        clock, limit = self._cloud.clock, self._cloud.settings.idle_timeout
        left = max(self._last_received_at, self._outbox.last_sent_at) + limit - clock.monotonic()
        if left > 0:
            self._timers["idle"] = clock.call_later(left, self._await_idleness)
        else:
            self._time_out("WSG-902", "Idle timeout expired")

    def _await_token_end(self) -> None:
        """Report the end of the access token even if nothing happens; a refresh moves it."""
        left = self.session.access_expires_at - self._cloud.clock.monotonic()
        if left > 0:
            if (former := self._timers.get("token")) is not None:
                former()
            self._timers["token"] = self._cloud.clock.call_later(left, self._await_token_end)
        else:
            self._report_token()

    def _report_token(self) -> bool:
        """Return whether the OAuth session is without a valid token; the first time, say so in an Error frame."""
        try:
            self._cloud.oauth.check(self.session)
        except ApiError as error:
            if not self._token_failed and self._cloud.settings.socket_after_token == "error_frame":
                self.send_error(error.code, error.message)
            self._token_failed = True
            return True
        if self._token_failed:
            self._token_failed = False
            self._await_token_end()
        return False

    def _time_out(self, code: str, message: str) -> None:
        self.send_error(code, message)
        self.close(WSCloseCode.OK)
