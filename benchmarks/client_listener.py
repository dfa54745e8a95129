"""Other clients as programs of their own: a bare one that only decodes, and RingCentral's own for Python."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import orjson

from .listening import Note, listen
from .process import Ask, Say, serve


@asynccontextmanager
async def notifications(
    url: str, login: Mapping[str, str], event_filter: str, take: Callable[[Any], None]
) -> AsyncIterator[None]:
    """Let ``take`` have each notification as soon as its frame is decoded."""
    async with aiohttp.ClientSession() as session:
        form = {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": login["jwt"]}
        basic = aiohttp.encode_basic_auth(login["client_id"], login["client_secret"])
        async with session.post(f"{url}/restapi/oauth/token", data=form, headers={"Authorization": basic}) as answer:
            bearer = {"Authorization": f"Bearer {(await answer.json())['access_token']}"}
        async with session.post(f"{url}/restapi/oauth/wstoken", headers=bearer) as answer:
            pass_ = await answer.json()
        async with session.ws_connect(f"{pass_['uri']}?access_token={pass_['ws_access_token']}") as socket:
            await socket.receive()
            request = {
                "type": "ClientRequest",
                "messageId": "1",
                "method": "POST",
                "path": "/restapi/v1.0/subscription/",
            }
            body = {"eventFilters": [event_filter], "deliveryMode": {"transportType": "WebSocket"}}
            await socket.send_str(orjson.dumps([request, body]).decode())
            await socket.receive()

            async def read() -> None:
                async for message in socket:
                    take(orjson.loads(message.data)[1])

            reading = asyncio.create_task(read())
            yield
            reading.cancel()


@asynccontextmanager
async def bare(url: str, login: Mapping[str, str], event_filter: str, note: Note) -> AsyncIterator[None]:
    """Note the uuid of each event as soon as its frame is decoded."""
    async with notifications(url, login, event_filter, lambda notification: note(notification["uuid"])):
        yield


@asynccontextmanager
async def sdk(url: str, login: Mapping[str, str], event_filter: str, note: Note) -> AsyncIterator[None]:
    """Note the uuid of each event when RingCentral's own Python client tells of it."""
    # Only this listener needs it: the others run without.
    from ringcentral import SDK  # noqa: PLC0415
    from ringcentral.websocket.events import WebSocketEvents  # noqa: PLC0415

    kit = SDK(login["client_id"], login["client_secret"], url)
    await asyncio.to_thread(kit.platform().login, jwt=login["jwt"])
    client = kit.create_web_socket_client()
    connected, answered = asyncio.Event(), asyncio.Event()
    client.on(WebSocketEvents.connectionCreated, lambda _: connected.set())
    # It tells of its subscription only where a header of 2021 is in the answer, so any answer will do.
    client.on(WebSocketEvents.receiveMessage, lambda _: answered.set())
    client.on(WebSocketEvents.receiveSubscriptionNotification, lambda message: note(message[1]["uuid"]))
    reading = asyncio.create_task(client.create_new_connection())
    async with asyncio.timeout(10):
        await connected.wait()
        await client.create_subscription([event_filter])
        await answered.wait()
    yield
    reading.cancel()


KINDS = {"bare client": bare, "RingCentral's client": sdk}


async def work(ask: Ask, say: Say, *, kind: str, url: str, login: Mapping[str, str], event_filter: str) -> None:
    """Listen with one of them."""
    await listen(ask, say, lambda note: KINDS[kind](url, login, event_filter, note))


if __name__ == "__main__":
    serve(work)
