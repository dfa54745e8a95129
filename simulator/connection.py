"""One open socket of the WebSocket gateway.

Sources: RingCentral's guide to WebSockets (heart-beats), the definitions in its own clients, and captured frames
(``tests/payloads/ws-*``).
"""

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
import json
import secrets
from typing import Any
import uuid

from aiohttp import WSCloseCode, WSMsgType, web

from .clock import Clock
from .errors import ApiError
from .events import Notification, compact
from .faults import Faults, status_body
from .oauth import OAuth, Session
from .rest import Answer, Request
from .settings import CloudSettings
from .subscriptions import Subscription
from .timestamps import http_date, timestamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """The parts of the cloud that a connection needs."""

    clock: Clock
    oauth: OAuth
    faults: Faults
    settings: CloudSettings
    answer: Callable[[Request], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class _Close:
    code: int
    reason: str


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
        requests: Counter[tuple[str, str]],
        leave: Callable[[SocketSession], None],
    ) -> None:
        """Take over a socket that was just opened.

        ``requests`` counts what comes through it; ``leave`` is called with what may be recovered.
        """
        self.session = session
        self.opened_at = cloud.clock.monotonic()
        self.is_half_open = False
        self.awaits_replay = False
        self.socket_session: SocketSession | None = None
        self._cloud = cloud
        self._request = request
        self._requests = requests
        self._leave = leave
        self._websocket = websocket
        self._outbox: asyncio.Queue[tuple[str | bytes | _Close, Notification | None]] = asyncio.Queue()
        self._delayed: dict[int, tuple[Callable[[], None], Notification]] = {}
        self._timers: dict[str, Callable[[], None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._last_frame_at = self.opened_at
        self._token_failed = False
        self._over = asyncio.Event()
        self._ponged = asyncio.Event()

    @property
    def subscription(self) -> Subscription | None:
        """The connection's one subscription."""
        return self.socket_session.subscription if self.socket_session else None

    @property
    def is_open(self) -> bool:
        """Whether the client has not closed its side, as far as the network tells."""
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
        self._send(compact([meta, body]))
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
            self._start(work())
        await self._over.wait()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _replay(self, socket_session: SocketSession) -> None:
        """Send what was buffered while there was no connection."""
        self.awaits_replay = False
        while socket_session.buffer:
            self.notify(socket_session.buffer.popleft())

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def detach(self) -> None:
        """Stop all timers and leave what may be recovered."""
        for cancel in self._timers.values():
            cancel()
        self.session.on_end.discard(self._report_token)
        socket_session, self.socket_session = self.socket_session, None
        delayed, self._delayed = list(self._delayed.values()), {}
        for cancel, _ in delayed:
            cancel()
        if socket_session is None:
            return
        # What was not sent yet is not lost with the connection.
        unsent = [notification for _, notification in delayed]
        while not self._outbox.empty():
            _, notification = self._outbox.get_nowait()
            unsent += [notification] if notification else []
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
            self._outbox.put_nowait((_Close(code, reason), None))

    def abort(self) -> None:
        """Break the TCP connection at once."""
        if self._request.transport is not None:
            self._request.transport.abort()
        self._over.set()

    def make_half_open(self) -> None:
        """Neither read nor write from now on, and do not close either."""
        self.is_half_open = True
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
                self._send(frame, notification)
            else:
                self._send_later(wait, frame, notification)

    def send_error(self, code: str, message: str) -> None:
        """Send an Error frame."""
        request_id = str(uuid.uuid1())
        meta = {"type": "Error", "messageId": request_id, "headers": {"RCRequestId": request_id}}
        self._send(compact([meta, {"errorCode": code, "message": message}]))

    def _send(self, frame: str | bytes, notification: Notification | None = None) -> None:
        self._outbox.put_nowait((frame, notification))

    def _send_later(self, wait: float, frame: str | bytes, notification: Notification) -> None:
        key = secrets.randbits(63)

        def send() -> None:
            del self._delayed[key]
            self._send(frame, notification)

        self._delayed[key] = (self._cloud.clock.call_later(wait, send), notification)

    async def _write(self) -> None:
        while True:
            frame, notification = await self._outbox.get()
            if self.is_half_open:
                self._outbox.put_nowait((frame, notification))
                return
            try:
                if isinstance(frame, _Close):
                    await self._websocket.close(code=frame.code, message=frame.reason.encode())
                    self._over.set()
                    return
                if isinstance(frame, bytes):
                    await self._websocket.send_bytes(frame)
                else:
                    await self._websocket.send_str(frame)
            except ConnectionError, RuntimeError:
                self._over.set()
                return
            self._last_frame_at = self._cloud.clock.monotonic()

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
                self._last_frame_at = self._cloud.clock.monotonic()
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
            if self._cloud.faults.strikes("mute_heartbeat") is None:
                self._send(compact([{"type": "Heartbeat", "messageId": message_id}]))
        elif kind == "ClientRequest":
            self._start(self._answer(meta, body))
        else:
            self.send_error("WSG-400", f"Unknown message type [{kind}]")

    async def _answer(self, meta: dict[str, Any], body: Any) -> None:
        request = Request(
            method=str(meta.get("method", "GET")).upper(),
            path=str(meta.get("path", "")),
            query=meta.get("query") or {},
            headers=meta.get("headers") or {},
            body=body,
            base_url=f"{self._request.scheme}://{self._request.host}",
            session=self.session,
            socket=self.socket_session,
        )
        answer = await self._broken(request) or await self._cloud.answer(request)
        self._requests[request.method, answer.template] += 1
        reply: dict[str, Any] = {
            "type": "ClientRequest",
            "messageId": meta["messageId"],
            "status": answer.status,
            "headers": self._reply_headers(request, answer),
        }
        self._send(compact([reply] if answer.body is None else [reply, answer.body]))

    def _reply_headers(self, request: Request, answer: Answer) -> dict[str, str]:
        headers = {"Server": "nginx", "Date": http_date(self._cloud.clock.time())}
        if answer.body is not None:
            headers["Content-Type"] = "application/json"
        if self._cloud.settings.former_socket_headers:
            headers["LocalHostInfo"] = "192.0.2.11__12645@wsg.example.com"
            if request.method == "POST" and answer.status == 200 and self.subscription is not None:
                headers["WSG-SubscriptionId"] = self.subscription.id
            headers |= {name: value for name, value in answer.headers.items() if name.startswith("X-Rate-Limit")}
        return {**headers, "RoutingKey": "SJC01P07", "RCRequestId": str(uuid.uuid1())}

    async def _broken(self, request: Request) -> Answer | None:
        """Do to a request what the faults want; return an answer if it is theirs, or the token's end's."""
        on = (request.method, request.path)
        if (slow := self._cloud.faults.strikes("slow", *on)) is not None:
            await self._cloud.clock.sleep(slow["seconds"])
        if (status := self._cloud.faults.strikes("status", *on)) is not None:
            return Answer(status["status"], status_body(status)[0], template=request.path)
        try:
            self._cloud.oauth.check(self.session)
        except ApiError as error:
            return Answer(error.status, error.body(), template=request.path)
        return None

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

        def check() -> None:
            if clock.monotonic() - self._last_frame_at >= limit:
                self._time_out("WSG-902", "Idle timeout expired")
            else:
                self._await_idleness()

        left = self._last_frame_at + limit - clock.monotonic()
        self._timers["idle"] = clock.call_later(left, check)

    def _await_token_end(self) -> None:
        """Report the end of the access token even if nothing happens; a refresh moves it."""
        left = self.session.access_expires_at - self._cloud.clock.monotonic()
        if left > 0:
            self._timers["token"] = self._cloud.clock.call_later(left, self._await_token_end)
        else:
            self._report_token()

    def _report_token(self) -> bool:
        """Return whether the OAuth session is without a valid token; the first time, say so in an Error frame."""
        try:
            self._cloud.oauth.check(self.session)
        except ApiError as error:
            if not self._token_failed:
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
