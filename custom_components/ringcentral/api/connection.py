"""One open socket of the WebSocket gateway: greeting, requests, heartbeats, notifications."""

import asyncio
from collections.abc import Callable
import contextlib
import uuid

import aiohttp

from .account import Subscription
from .clock import Clock, wait_for
from .counters import GatewayCounters
from .errors import PayloadError, RingCentralError, UnreachableError
from .frames import ConnectionDetails, ErrorBody, Frame, FrameType, Wsc, decode_frame, encode_heartbeat, encode_request
from .heartbeats import Heartbeats
from .transport import Reply, decode, refusal

# Protocol pings do not count as traffic for the gateway's idle timeout, and a dead link is only noticed by an answer
# that does not come (reference: Keep alive).
HEARTBEAT_AFTER = 60.0
_ANSWER_LIMIT = 10.0
_REQUEST_LIMIT = 30.0
_GREETING_LIMIT = 15.0

# No source says when replayed notifications come after the greeting: those count that come before a heartbeat is
# answered, and then one after another with pauses shorter than this.
_REPLAY_PAUSE = 0.5
_MOST_REPLAY_PAUSES = 10

_SUBSCRIPTION_PATH = "/restapi/v1.0/subscription/"
_LARGEST_MESSAGE = 16 * 1024 * 1024


class Connection:
    """An open socket; :meth:`run` reads it until its end."""

    def __init__(
        self,
        websocket: aiohttp.ClientWebSocketResponse,
        *,
        clock: Clock,
        counters: GatewayCounters,
        heartbeats: Heartbeats,
        deliver: Callable[[bytes], None],
        report_error: Callable[[ErrorBody], None],
        report_unreadable: Callable[[], None],
    ) -> None:
        """Take over a socket; ``deliver`` gets each notification's event, ``report_error`` each Error frame.

        ``report_unreadable`` is called for each frame that can't be read.
        """
        self.wsc: Wsc | None = None
        self._websocket = websocket
        self._clock = clock
        self._counters = counters
        self._heartbeats = heartbeats
        self._deliver = deliver
        self._report_error = report_error
        self._report_unreadable = report_unreadable
        self.last_notification_at = self._last_frame_at = clock.monotonic()
        self._greeting: asyncio.Future[ConnectionDetails] = asyncio.get_running_loop().create_future()
        self._answers: dict[str, asyncio.Future[Frame]] = {}
        self._replay: list[bytes] | None = None
        self._ponged = asyncio.Event()

    # Life

    async def run(self) -> None:
        """Read frames until the socket is closed or dead; raises :class:`UnreachableError` saying which."""
        reader = asyncio.create_task(self._read())
        watchdog = asyncio.create_task(self._watch())
        try:
            await asyncio.wait({reader, watchdog}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (reader, watchdog):
                task.cancel()
            try:
                results = await asyncio.gather(reader, watchdog, return_exceptions=True)
                lost = next(
                    (result for result in results if isinstance(result, RingCentralError)),
                    UnreachableError("The socket was closed"),
                )
                _fail(self._greeting, lost)
                for answer in self._answers.values():
                    _fail(answer, lost)
            finally:  # Whoever ends the link may lose patience while it is being ended.
                with contextlib.suppress(aiohttp.ClientError, TimeoutError, OSError):
                    await self._websocket.close()
        raise lost

    async def close(self) -> None:
        """Close the socket in good order; :meth:`run` ends."""
        await self._websocket.close()

    async def greeting(self) -> ConnectionDetails:
        """Return what the gateway greets with; nothing may be sent before."""
        return await self._within(_GREETING_LIMIT, self._greeting)

    # Requests

    async def subscribe(self, event_filters: tuple[str, ...]) -> Subscription:
        """Subscribe; there is one subscription on a connection, a second one replaces the first."""
        body = {"eventFilters": event_filters, "deliveryMode": {"transportType": "WebSocket"}}
        return decode(await self._request("POST", _SUBSCRIPTION_PATH, body), Subscription)

    async def change_filters(self, subscription_id: str, event_filters: tuple[str, ...]) -> Subscription:
        """Change what the subscription is about."""
        path = f"{_SUBSCRIPTION_PATH}{subscription_id}"
        return decode(await self._request("PUT", path, {"eventFilters": event_filters}), Subscription)

    async def unsubscribe(self, subscription_id: str) -> None:
        """Delete a subscription."""
        reply = await self._exchange(
            lambda id_: encode_request(id_, "DELETE", f"{_SUBSCRIPTION_PATH}{subscription_id}")
        )
        if reply.meta.status not in {200, 204}:
            raise refusal(Reply(reply.meta.status, {}, reply.body))

    async def get_subscription(self, subscription_id: str) -> Subscription:
        """Read the subscription through the socket."""
        path = f"{_SUBSCRIPTION_PATH}{subscription_id}"
        return decode(await self._request("GET", path, limit=_ANSWER_LIMIT), Subscription)

    async def replay(self) -> list[bytes]:
        """Return the notifications that were kept during an interruption, once no more of them come."""
        with contextlib.suppress(UnreachableError):
            await self._beat()
        for _ in range(_MOST_REPLAY_PAUSES):
            before = len(self._replay or ())
            await self._clock.sleep(_REPLAY_PAUSE)
            if len(self._replay or ()) == before:
                break
        kept, self._replay = self._replay or [], None
        return kept

    async def _request(self, method: str, path: str, body: object = None, *, limit: float = _REQUEST_LIMIT) -> Reply:
        frame = await self._exchange(lambda message_id: encode_request(message_id, method, path, body), limit)
        reply = Reply(frame.meta.status, {}, frame.body)
        if not 200 <= reply.status < 300:
            raise refusal(reply)
        return reply

    async def _exchange(self, encode: Callable[[str], str], limit: float = _REQUEST_LIMIT) -> Frame:
        """Send a frame and return its answer; raises :class:`UnreachableError` if none comes in time."""
        message_id = str(uuid.uuid4())
        answer = asyncio.get_running_loop().create_future()
        self._answers[message_id] = answer
        try:
            await self._websocket.send_str(encode(message_id))
            return await self._within(limit, answer)
        except (aiohttp.ClientError, OSError) as error:
            raise UnreachableError(f"The socket failed: {type(error).__name__}") from error
        finally:
            del self._answers[message_id]

    async def _beat(self) -> None:
        """Send a heartbeat; raises :class:`UnreachableError` if it is not answered."""
        self._counters.heartbeats += 1
        try:
            await self._exchange(encode_heartbeat, _ANSWER_LIMIT)
        except UnreachableError:
            self._counters.unanswered_heartbeats += 1
            raise
        self._heartbeats.answered()

    async def _ping(self) -> None:
        """Send a protocol ping; raises :class:`UnreachableError` if it is not answered."""
        self._ponged.clear()
        try:
            await self._websocket.ping()
        except (aiohttp.ClientError, OSError) as error:
            raise UnreachableError(f"The socket failed: {type(error).__name__}") from error
        if not await wait_for(self._clock, self._ponged, _ANSWER_LIMIT):
            raise UnreachableError(f"No answer to a ping within {_ANSWER_LIMIT:.0f} s")

    async def _within[ResultT](self, seconds: float, answer: asyncio.Future[ResultT]) -> ResultT:
        """Wait that long, by the injected clock."""

        def give_up() -> None:
            if not answer.done():
                answer.set_exception(UnreachableError(f"No answer within {seconds:.0f} s"))

        cancel = self._clock.call_later(seconds, give_up)
        try:
            return await answer
        finally:
            cancel()

    # What comes in

    async def _watch(self) -> None:
        """Send a heartbeat into silence; raises :class:`UnreachableError` if the link proves dead."""
        while True:
            silence = self._clock.monotonic() - self._last_frame_at
            if silence < HEARTBEAT_AFTER:
                await self._clock.sleep(HEARTBEAT_AFTER - silence)
                continue
            try:
                await self._beat()
            except UnreachableError:
                if self._heartbeats.must_be_answered:
                    self._heartbeats.died()
                    raise
                await self._ping()
                self._last_frame_at = self._clock.monotonic()

    async def _read(self) -> None:
        while True:
            message = await self._websocket.receive()
            if message.type in {aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY}:
                self._last_frame_at = self._clock.monotonic()
                self._take(message.data)
            elif message.type is aiohttp.WSMsgType.PING:
                await self._websocket.pong(message.data)
            elif message.type is aiohttp.WSMsgType.PONG:
                self._ponged.set()
            else:
                code = self._websocket.close_code
                raise UnreachableError(f"The socket was closed{f' with code {code}' if code is not None else ''}")

    def _take(self, data: str | bytes) -> None:
        """Take a frame; whatever it holds, the next one is read."""
        try:
            frame = decode_frame(data)
            self._keep_wsc(frame)
            self._dispatch(frame)
        except PayloadError:
            self._counters.malformed_frames += 1
            self._report_unreadable()

    def _dispatch(self, frame: Frame) -> None:
        meta = frame.meta
        if meta.type == FrameType.SERVER_NOTIFICATION:
            self._counters.notifications += 1
            self.last_notification_at = self._clock.monotonic()
            if self._replay is not None:
                self._replay.append(frame.body)
            else:
                self._deliver(frame.body)
        elif (answer := self._answers.get(meta.message_id)) is not None:
            if not answer.done():
                answer.set_result(frame)
        elif meta.type == FrameType.CONNECTION_DETAILS:
            details = _decode_body(frame, ConnectionDetails)
            if not self._greeting.done():
                # What was kept during an interruption follows at once, before anybody can ask for it.
                self._replay = [] if details.recovery_state == "Successful" else None
                self._greeting.set_result(details)
        elif meta.type == FrameType.ERROR:
            self._counters.error_frames += 1
            error = _decode_body(frame, ErrorBody)
            if not self._greeting.done():
                self._greeting.set_exception(
                    UnreachableError("The gateway refused the connection", code=error.error_code)
                )
            self._report_error(error)
        else:
            self._counters.unknown_frames += 1

    def _keep_wsc(self, frame: Frame) -> None:
        wsc = frame.meta.wsc
        is_greeting = frame.meta.type == FrameType.CONNECTION_DETAILS
        if wsc is not None and (is_greeting or self.wsc is None or wsc.sequence > self.wsc.sequence):
            self.wsc = wsc


def _fail[ResultT](waiting: asyncio.Future[ResultT], error: RingCentralError) -> None:
    if not waiting.done():
        waiting.set_exception(error)
        waiting.exception()  # Nobody may be waiting for it any more.


def _decode_body[T](frame: Frame, kind: type[T]) -> T:
    return decode(Reply(frame.meta.status, {}, frame.body or b"{}"), kind)


async def _refuse_redirects(request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Fail where an answer leads elsewhere: the handshake goes to the address that RingCentral named, or nowhere."""
    response = await send(request)
    if 300 <= response.status < 400:
        response.close()
        raise aiohttp.ClientConnectionError("redirected")
    return response


async def open_connection(
    session: aiohttp.ClientSession,
    url: str,
    *,
    clock: Clock,
    counters: GatewayCounters,
    heartbeats: Heartbeats,
    deliver: Callable[[bytes], None],
    report_error: Callable[[ErrorBody], None],
    report_unreadable: Callable[[], None],
) -> Connection:
    """Open a socket; raises :class:`UnreachableError`, without the address, since that holds a token."""
    try:
        async with (
            asyncio.timeout(_GREETING_LIMIT),
            # aiohttp has no switch for the redirects of a WebSocket's handshake.
            aiohttp.ClientSession(
                connector=session.connector,
                connector_owner=False,
                headers=session.headers,
                trace_configs=session.trace_configs,
                middlewares=(_refuse_redirects,),
            ) as handshake,
        ):
            websocket = await handshake.ws_connect(
                url, autoping=False, max_msg_size=_LARGEST_MESSAGE, timeout=aiohttp.ClientWSTimeout(ws_close=2.0)
            )
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise UnreachableError(f"The gateway did not open a socket: {type(error).__name__}") from None
    return Connection(
        websocket,
        clock=clock,
        counters=counters,
        heartbeats=heartbeats,
        deliver=deliver,
        report_error=report_error,
        report_unreadable=report_unreadable,
    )
