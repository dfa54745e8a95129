"""A plain client for the tests of the simulator: it knows the wire and nothing else."""

from dataclasses import dataclass
import itertools
import json
from typing import Any

import aiohttp

API = "/restapi/v1.0"


def shape(value: Any) -> Any:
    """Return a value's fields and types, all the way down; of a list the different shapes of its elements."""
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in sorted(value.items())}
    if isinstance(value, list):
        return sorted({repr(shape(inner)) for inner in value})
    return type(value)


@dataclass
class Reply:
    status: int
    headers: Any
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def codes(self) -> list[str]:
        return [error["errorCode"] for error in self.json["errors"]]


class Socket:
    """A connection to the gateway."""

    def __init__(self, websocket: aiohttp.ClientWebSocketResponse) -> None:
        self.websocket = websocket
        self.ids = itertools.count(1)
        self.details: list[Any] = []
        self.wsc = ""

    async def receive(self) -> Any:
        """Return the next frame."""
        return json.loads(await self.websocket.receive_str(timeout=5))

    async def closed_with(self) -> int | None:
        """Return the close code, once the server has closed."""
        message = await self.websocket.receive(timeout=5)
        assert message.type in {aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR}, message
        return message.data if message.type is aiohttp.WSMsgType.CLOSE else None

    async def is_silent(self, seconds: float = 0.15) -> bool:
        """Whether nothing comes for that long."""
        try:
            await self.websocket.receive(timeout=seconds)
        except TimeoutError:
            return True
        return False

    async def request(self, method: str, path: str, *body: Any) -> list[Any]:
        """Send a request and return the frame that answers it."""
        message_id = f"request-{next(self.ids)}"
        meta = {"type": "ClientRequest", "messageId": message_id, "method": method, "path": path}
        await self.websocket.send_str(json.dumps([meta, *body]))
        while True:
            frame: list[Any] = await self.receive()
            if frame[0]["messageId"] == message_id:
                return frame

    async def subscribe(self, *filters: str) -> dict[str, Any]:
        """Subscribe and return the subscription."""
        body = {"eventFilters": [API + path for path in filters], "deliveryMode": {"transportType": "WebSocket"}}
        subscription: dict[str, Any]
        meta, subscription = await self.request("POST", f"{API}/subscription/", body)
        assert meta["status"] == 200, subscription
        return subscription

    async def event(self) -> dict[str, Any]:
        """Return the next frame, which must be a notification, as its event."""
        event: dict[str, Any]
        meta, event = await self.receive()
        assert meta["type"] == "ServerNotification", meta
        return event


class Visitor:
    """A client of the HTTP interface that holds one token."""

    def __init__(self, simulator, credentials=None) -> None:
        self.simulator = simulator
        self.credentials = credentials or simulator.credentials
        self.http = aiohttp.ClientSession(simulator.url)
        self.token: dict[str, Any] = {}
        self.sockets: list[Socket] = []

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        for socket in self.sockets:
            await socket.websocket.close()
        await self.http.close()

    async def call(self, method, path, headers=None, **more) -> Reply:
        async with self.http.request(method, path, headers=headers, allow_redirects=False, **more) as response:
            return Reply(response.status, response.headers, await response.text())

    # OAuth

    def basic(self, client_id=None, secret=None) -> dict[str, str]:
        return {
            "Authorization": aiohttp.encode_basic_auth(
                client_id or self.credentials.client_id, secret or self.credentials.client_secret
            )
        }

    async def ask_token(self, headers=None, **form) -> Reply:
        return await self.call("POST", "/restapi/oauth/token", headers or self.basic(), data=form)

    async def ask_token_by_jwt(self, jwt=None, **form) -> Reply:
        grant = "urn:ietf:params:oauth:grant-type:jwt-bearer"
        return await self.ask_token(grant_type=grant, assertion=jwt or self.credentials.jwt, **form)

    async def log_in(self) -> dict[str, Any]:
        reply = await self.ask_token_by_jwt()
        assert reply.status == 200, reply
        self.token = reply.json
        return self.token

    async def refresh(self, refresh_token=None) -> Reply:
        token = refresh_token or self.token["refresh_token"]
        reply = await self.ask_token(grant_type="refresh_token", refresh_token=token)
        if reply.status == 200:
            self.token = reply.json
        return reply

    # REST

    async def request(self, method, path, body=None, *, token=None, **headers) -> Reply:
        bearer = {"Authorization": f"Bearer {token or self.token['access_token']}"}
        return await self.call(method, path, bearer | headers, **({} if body is None else {"json": body}))

    async def get(self, path, **headers) -> Reply:
        return await self.request("GET", API + path, **headers)

    # WebSocket

    async def open_socket(self, wsc=None) -> Socket:
        reply = await self.request("POST", "/restapi/oauth/wstoken")
        assert reply.status == 200, reply
        query = {"access_token": reply.json["ws_access_token"]} | ({"wsc": wsc} if wsc else {})
        self.sockets.append(Socket(await self.http.ws_connect(reply.json["uri"], params=query, max_msg_size=0)))
        return self.sockets[-1]

    async def connect(self) -> Socket:
        """Open a socket and take the greeting."""
        socket = await self.open_socket()
        socket.details = await socket.receive()
        socket.wsc = socket.details[0]["wsc"]["token"]
        return socket
