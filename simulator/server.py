"""The HTTP side: routes, what every answer has in common, and the faults of HTTP."""

import asyncio
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass
import gzip
import json
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from .account_resources import MULTIPART_JSON
from .clock import Clock
from .errors import ApiError, OAuthError, application_permission_missing
from .events import compact
from .faults import Faults, status_body
from .gateway import Gateway
from .limits import RateLimits
from .logins import Login
from .oauth import OAuth
from .rest import Answer, Api, Request
from .settings import CloudSettings
from .tasks import Tasks
from .timestamps import http_date

LOG_SIZE = 10_000
NO_ANSWER = 444  # as nginx logs it
_COMPRESS_ABOVE = 1024


@dataclass(frozen=True, slots=True)
class LoggedRequest:
    """A request as it was answered; the status is NO_ANSWER where a fault broke the connection."""

    time: float
    method: str
    path: str
    template: str
    status: int


class HttpServer:
    """Answers HTTP: OAuth, REST, and the upgrade to a WebSocket."""

    def __init__(
        self,
        *,
        clock: Clock,
        oauth: OAuth,
        api: Api,
        gateway: Gateway,
        limits: RateLimits,
        faults: Faults,
        settings: CloudSettings,
    ) -> None:
        """Serve these parts."""
        self.requests: Counter[tuple[str, str]] = Counter()
        self.request_log: deque[LoggedRequest] = deque(maxlen=LOG_SIZE)
        self.routes: list[web.AbstractRouteDef] = []
        # Requests that are answered slowly, which outlive their client's patience.
        self._slow = Tasks()
        self._clock = clock
        self._oauth = oauth
        self._api = api
        self._gateway = gateway
        self._limits = limits
        self._faults = faults
        self._settings = settings

    def application(self) -> web.Application:
        """Make the application, with the routes that others have added."""
        application = web.Application(middlewares=[self._middleware])
        application.add_routes(
            [
                *self.routes,
                web.get("/restapi", self._versions),
                web.post("/restapi/oauth/token", self._token),
                web.post("/restapi/oauth/revoke", self._revoke),
                web.post("/restapi/oauth/wstoken", self._ws_token),
                web.get("/restapi/oauth/authorize", self._authorize),
                web.get("/ws", self._gateway.connect),
                web.route("*", "/restapi/{tail:.*}", self._rest),
            ]
        )
        return application

    @web.middleware
    async def _middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if not request.path.startswith(("/restapi", "/ws")):
            return await handler(request)
        template = self._template(request)
        self.requests[request.method, template] += 1
        status = 0
        try:
            response = await self._broken(request) or await self._handle(request, handler)
            if self._faults.strikes("lose_answer", request.method, request.path) is not None:
                response = _break(request)
            status = response.status
            if not response.prepared:
                response.headers["Date"] = http_date(self._clock.time())
                response.headers["Server"] = "nginx"
                if (response.content_length or 0) > _COMPRESS_ABOVE:
                    # A proxy may compress what nobody asked it to.
                    forced = web.ContentCoding.gzip if self._settings.compresses_always else None
                    response.enable_compression(force=forced)
            return response
        finally:
            self.request_log.append(LoggedRequest(self._clock.time(), request.method, request.path, template, status))

    async def stop(self) -> None:
        """Give up what takes its time."""
        await self._slow.stop()

    async def _handle(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except OAuthError as error:
            return _json(error.body(), error.status)
        except ApiError as error:
            return _json(error.body(), error.status, error.headers)

    def _template(self, request: web.Request) -> str:
        found, _ = self._api.find(request.method, request.path)
        return found.template if found else request.path

    async def _broken(self, request: web.Request) -> web.Response | None:
        """Do to a request what the faults demand; return an answer if it is theirs."""
        strikes, on = self._faults.strikes, (request.method, request.path)
        if (slow := strikes("slow", *on)) is not None:
            await self._slow.finish(self._clock.sleep(slow["seconds"]))
        if strikes("silent", *on) is not None:
            while request.transport is not None and self._faults.is_on("silent"):  # noqa: ASYNC110 (no event is about both)
                await asyncio.sleep(0.05)
            return _break(request)
        if strikes("reset", *on) is not None:
            return _break(request)
        if (status := strikes("status", *on)) is None:
            return None
        text, content_type = status_body(status)
        retry_after = status["retry_after"]
        headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
        if status["body"] == "broken_gzip":
            headers |= {"Content-Encoding": "gzip", "Content-Type": content_type}
            spoiled = gzip.compress(text.encode())[:10] + b"\xff" * 30
            return web.Response(body=spoiled, status=status["status"], headers=headers)
        return web.Response(text=text, status=status["status"], content_type=content_type, headers=headers)

    # OAuth

    async def _token(self, request: web.Request) -> web.Response:
        body, headers = self._oauth.token(request.headers.get("Authorization"), await _form(request))
        return _json(body, headers={**headers, "Cache-Control": "no-store"})

    async def _revoke(self, request: web.Request) -> web.Response:
        form = {**request.query, **await _form(request)}
        self._oauth.revoke(request.headers.get("Authorization"), form)
        return web.Response()

    async def _ws_token(self, request: web.Request) -> web.Response:
        session = self._oauth.authenticate(request.headers.get("Authorization"))
        headers = self._limits.take("auth", session.login.extension_id)
        if not session.login.application.has_permission("WebSocket"):
            raise application_permission_missing("WebSocket")
        scheme = "wss" if request.scheme == "https" else "ws"
        return _json(self._gateway.create_token(session, f"{scheme}://{request.host}/ws"), headers=headers)

    async def _authorize(self, request: web.Request) -> web.Response:
        consent = request.query.get("consent", self._settings.consent)
        client_id = request.query.get("client_id")
        login = next((login for login in self._oauth.logins if login.application.client_id == client_id), None)
        location = self._oauth.authorize(request.query, login if consent == "allow" else None)
        if consent == "ask" and login is not None:
            return web.Response(text=_consent_page(request, login), content_type="text/html")
        return web.Response(status=302, headers={"Location": location})

    # REST

    async def _versions(self, request: web.Request) -> web.Response:
        uri = f"{request.scheme}://{request.host}/restapi"
        version = {"uri": f"{uri}/v1.0", "versionString": "1.0.60", "releaseDate": "2026-08-01T00:00:00.000Z"}
        return _json({"uri": f"{uri}/", "apiVersions": [version], "serverVersion": "26.3", "serverRevision": "0"})

    async def _rest(self, request: web.Request) -> web.Response:
        session = self._oauth.authenticate(request.headers.get("Authorization"))
        answer = await self._api.answer(
            Request(
                method=request.method,
                path=request.path,
                query={name: request.query.getall(name) for name in request.query},
                headers=request.headers,
                body=await _body(request),
                base_url=f"{request.scheme}://{request.host}",
                session=session,
            )
        )
        if answer.body is None:
            return web.Response(status=answer.status, headers=answer.headers)
        if isinstance(answer.body, bytes):
            return web.Response(body=answer.body, status=answer.status, headers=answer.headers)
        is_json = MULTIPART_JSON in request.headers.get("Accept", "") and self._settings.bulk_reads == "array"
        if answer.status == 207 and not is_json:
            return _multipart(request, answer)
        content_type = answer.headers.get("Content-Type", "application/json")
        headers = {name: value for name, value in answer.headers.items() if name != "Content-Type"}
        return _json(answer.body, answer.status, headers, content_type)


def _json(
    body: object, status: int = 200, headers: Mapping[str, str] | None = None, content_type: str = "application/json"
) -> web.Response:
    return web.Response(text=compact(body), status=status, headers=headers, content_type=content_type)


def _multipart(request: web.Request, answer: Answer) -> web.Response:
    """Return a bulk answer as ``multipart/mixed``: an overview, then a part for each resource (guide)."""
    path, _, _ = request.path.rpartition("/extension/")
    overview = {
        "response": [
            {
                "href": f"{request.scheme}://{request.host}{path}/extension/{part['resourceId']}/presence",
                "status": part["status"],
                "responseDescription": "OK" if part["status"] == 200 else part["body"]["message"],
            }
            for part in answer.body
        ]
    }
    boundary = "Boundary_1_15567762_1355833573664"
    parts = [overview, *(part["body"] for part in answer.body)]
    text = "".join(f"--{boundary}\r\nContent-Type: application/json\r\n\r\n{compact(part)}\r\n" for part in parts)
    headers = {**answer.headers, "Content-Type": f"multipart/mixed; boundary={boundary}"}
    return web.Response(body=f"{text}--{boundary}--\r\n".encode(), status=answer.status, headers=headers)


async def _form(request: web.Request) -> dict[str, str]:
    return {name: value for name, value in (await request.post()).items() if isinstance(value, str)}


async def _body(request: web.Request) -> Any:
    text = await request.read()
    if request.method == "GET" or not text:
        return None
    try:
        return json.loads(text)
    except ValueError:
        raise ApiError(400, "CMN-103", "JSON can't be parsed.") from None


def _break(request: web.Request) -> web.Response:
    """Break the TCP connection of a request; the answer goes nowhere."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=NO_ANSWER)


def _consent_page(request: web.Request, login: Login) -> str:
    links = "".join(
        f'<p><a id="{consent}" href="{request.rel_url.update_query(consent=consent)}">{text}</a></p>'
        for consent, text in (("allow", "Authorize"), ("deny", "Cancel"))
    )
    name = login.application.client_id
    return f"<!doctype html><title>Simulated RingCentral</title><h1>Let {name} see your phones?</h1>{links}"
