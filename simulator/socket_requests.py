"""Requests that come through a socket: how they are read, and the frames that answer them.

Sources: the definitions in RingCentral's own clients, and captured frames (``tests/payloads/ws-*``).
"""

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
import uuid

from .clock import Clock
from .errors import ApiError
from .events import compact
from .faults import Faults, status_body
from .logins import Session
from .oauth import OAuth
from .rest import Answer, Request, Socket
from .settings import CloudSettings
from .timestamps import http_date


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """The parts of the cloud that sockets need; ``requests`` counts what comes through them."""

    clock: Clock
    oauth: OAuth
    faults: Faults
    settings: CloudSettings
    answer: Callable[[Request], Awaitable[Answer]]
    requests: Counter[tuple[str, str]] = field(default_factory=Counter)


async def answer_frame(
    cloud: Surroundings, meta: dict[str, Any], body: Any, *, base_url: str, session: Session, socket: Socket | None
) -> str | None:
    """Return the frame that answers a ClientRequest; ``None`` if the answer is lost."""
    request = Request(
        method=str(meta.get("method", "GET")).upper(),
        path=str(meta.get("path", "")),
        query=meta.get("query") or {},
        headers=meta.get("headers") or {},
        body=body,
        base_url=base_url,
        session=session,
        socket=socket,
    )
    answer = await _broken(cloud, request) or await cloud.answer(request)
    cloud.requests[request.method, answer.template] += 1
    if cloud.faults.strikes("lose_answer", request.method, request.path) is not None:
        return None
    reply: dict[str, Any] = {
        # There is no type of its own for answers (RingCentral's clients).
        "type": "ClientRequest",
        "messageId": meta["messageId"],
        "status": answer.status,
        "headers": _headers(cloud, request, answer),
    }
    return compact([reply] if answer.body is None else [reply, answer.body])


def _headers(cloud: Surroundings, request: Request, answer: Answer) -> dict[str, str]:
    headers = {"Server": "nginx", "Date": http_date(cloud.clock.time())}
    if answer.body is not None:
        headers["Content-Type"] = "application/json"
    if cloud.settings.former_socket_headers:
        headers["LocalHostInfo"] = "192.0.2.11__12645@wsg.example.com"
        subscription = request.socket.subscription if request.socket else None
        if request.method == "POST" and answer.status == 200 and subscription is not None:
            headers["WSG-SubscriptionId"] = subscription.id
        headers |= {name: value for name, value in answer.headers.items() if name.startswith("X-Rate-Limit")}
    return {**headers, "RoutingKey": "SJC01P07", "RCRequestId": str(uuid.uuid1())}


async def _broken(cloud: Surroundings, request: Request) -> Answer | None:
    """Do to a request what the faults demand; return an answer if it is theirs, or the token's end's."""
    on = (request.method, request.path)
    if (slow := cloud.faults.strikes("slow", *on)) is not None:
        await cloud.clock.sleep(slow["seconds"])
    if (status := cloud.faults.strikes("status", *on)) is not None:
        return Answer(status["status"], status_body(status)[0], template=request.path)
    try:
        cloud.oauth.check(request.session)
    except ApiError as error:
        return Answer(error.status, error.body(), template=request.path)
    return None
