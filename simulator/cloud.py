"""The simulated cloud as a whole: put together, started and stopped.

async with Simulator(demo_account(clock), clock=clock) as simulator:
    ...  # a client logs in at simulator.url with simulator.credentials
"""

import asyncio
from collections import Counter, deque
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self
import uuid

from aiohttp import web

from .account import Account
from .account_resources import AccountResources
from .call_log_resources import CallLogResources
from .clock import Clock
from .faults import Faults
from .gateway import Gateway
from .limits import RateLimits
from .logins import APPLICATION_PERMISSIONS, USER_PERMISSIONS, Application, Login
from .message_resources import MessageResources
from .oauth import OAuth
from .rest import Api
from .server import HttpServer, LoggedRequest
from .settings import CloudSettings
from .subscription_resources import SubscriptionResources
from .subscriptions import Subscriptions
from .webhook import Webhooks

__all__ = ["DEMO_CREDENTIALS", "CloudSettings", "Credentials", "Simulator"]

DEMO_NUMBER = "101"
DEMO_REDIRECT_URIS = frozenset(
    {"https://my.home-assistant.io/redirect/oauth", "http://localhost:8123/auth/external/callback"}
)
_CLOSE_TIME = 0.5  # real seconds for clients to answer the closing of their sockets


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What a user enters to log in; ``extension_id`` is who that user is."""

    client_id: str
    client_secret: str
    jwt: str
    extension_id: int = 0


DEMO_CREDENTIALS = Credentials(client_id="demo-client", client_secret="demo-secret", jwt="demo-jwt")


class Simulator:
    """A RingCentral cloud for one account."""

    def __init__(
        self,
        account: Account,
        *,
        clock: Clock | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        limits: Mapping[str, int] | None = None,
        settings: CloudSettings | None = None,
        seed: int = 0,
    ) -> None:
        """Make the cloud of that account; ``port`` 0 takes a free one, which then stays the same over restarts.

        ``limits`` changes requests a minute of the usage groups it names; ``seed`` is the chance of faults. The demo
        user is the extension 101, else the first.
        """
        self.account = account
        self.clock = clock or account.clock
        self.settings = settings or account.settings
        account.use(self.settings)
        self.faults = Faults(self.clock, seed)
        self.limits = RateLimits(self.clock, limits)
        self.oauth = OAuth(
            self.clock,
            self.limits,
            access_token_ttl=self.settings.access_token_ttl,
            refresh_token_ttl=self.settings.refresh_token_ttl,
            session_limit=self.settings.session_limit,
            settings=self.settings,
        )
        self.subscriptions = Subscriptions(
            account,
            self.clock,
            limit=self.settings.subscription_limit,
            account_sequence=self.settings.account_event_sequence,
            fail_on_refusal=self.settings.fail_on_refused_filter,
            refused_filters=self.settings.refused_filters,
            settings=self.settings,
        )
        self.webhooks = Webhooks(
            clock=self.clock, subscriptions=self.subscriptions, faults=self.faults, settings=self.settings
        )
        self.call_log = CallLogResources(account, self.settings)
        self.messages = MessageResources(account, self.settings)
        self.api = Api(
            self.limits,
            self.settings,
            [
                *AccountResources(account, self.settings).operations(),
                *self.call_log.operations(),
                *self.messages.operations(),
                *SubscriptionResources(self.subscriptions, self.webhooks, self.settings).operations(),
            ],
        )
        self.gateway = Gateway(
            clock=self.clock,
            oauth=self.oauth,
            subscriptions=self.subscriptions,
            faults=self.faults,
            settings=self.settings,
            answer=self.api.answer,
        )
        self.http = HttpServer(
            clock=self.clock,
            oauth=self.oauth,
            api=self.api,
            gateway=self.gateway,
            limits=self.limits,
            faults=self.faults,
            settings=self.settings,
        )
        self.faults.on_moment("revoke", self.revoke_sessions)
        self.faults.on_moment("expire", self.expire_tokens)
        self._host = host
        self._port = port
        self._runner: web.AppRunner | None = None
        account.listen(self.subscriptions.notice)
        user = next(
            (one for one in account.extensions.values() if one.number == DEMO_NUMBER),
            next(iter(account.extensions.values())),
        )
        self.credentials = replace(DEMO_CREDENTIALS, extension_id=user.id)
        self._add(self.credentials, DEMO_REDIRECT_URIS)

    # Life

    async def start(self) -> None:
        """Listen; after a stop, on the same port."""
        self._runner = web.AppRunner(self.http.application(), access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self._port, reuse_address=True)
        await site.start()
        self._port = self._runner.addresses[0][1]
        self.webhooks.start()
        self.account.messages.start()

    async def stop(self, *, abrupt: bool = False) -> None:
        """Close everything; ``abrupt`` is as when the process dies: no goodbye. The state stays, for another start."""
        if self._runner is None:
            return
        runner, self._runner = self._runner, None
        self.account.messages.stop()
        if not abrupt:
            self.gateway.disconnect()
            with suppress(TimeoutError):
                await asyncio.wait_for(self.gateway.is_empty.wait(), _CLOSE_TIME)
        self.gateway.close_abruptly()
        for connection in runner.server.connections if runner.server else ():
            if connection.transport is not None:
                connection.transport.abort()
        await self.http.stop()
        await runner.cleanup()
        await self.webhooks.stop()

    async def __aenter__(self) -> Self:
        """Start."""
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        await self.stop()

    @property
    def host(self) -> str:
        """The address it listens on."""
        return self._host

    @property
    def url(self) -> str:
        """The server address to give to a client."""
        host = "127.0.0.1" if self._host in {"0.0.0.0", "::"} else self._host
        return f"http://[{host}]:{self._port}" if ":" in host else f"http://{host}:{self._port}"

    # What it was asked

    @property
    def requests(self) -> Counter[tuple[str, str]]:
        """How often each operation was requested by HTTP: ``("GET", "/restapi/v1.0/account/{accountId}/presence")``."""
        return self.http.requests

    @property
    def request_log(self) -> deque[LoggedRequest]:
        """The newest HTTP requests."""
        return self.http.request_log

    # Logins

    def add_login(
        self,
        extension_id: int,
        *,
        client_id: str | None = None,
        client_secret: str | None = None,
        jwt: str | None = None,
        permissions: Iterable[str] = APPLICATION_PERMISSIONS,
        user_permissions: Iterable[str] = USER_PERMISSIONS,
        redirect_uris: Iterable[str] = (),
        is_administrator: bool = False,
        issue_refresh_tokens: bool | None = None,
    ) -> Credentials:
        """Let a user log in to an application; a client id that exists adds the user to that application."""
        client_id = client_id or f"client-{uuid.uuid4().hex[:8]}"
        existing = self.oauth.applications.get(client_id)
        credentials = Credentials(
            client_id=client_id,
            client_secret=(existing and existing.client_secret) or client_secret or uuid.uuid4().hex,
            jwt=jwt or f"jwt-{uuid.uuid4().hex}",
            extension_id=extension_id,
        )
        login = self._add(credentials, redirect_uris, permissions)
        login.permissions = set(user_permissions)
        login.is_administrator = is_administrator
        if issue_refresh_tokens is not None:
            login.application.issue_refresh_tokens = issue_refresh_tokens
        return credentials

    def _add(
        self,
        credentials: Credentials,
        redirect_uris: Iterable[str],
        permissions: Iterable[str] = APPLICATION_PERMISSIONS,
    ) -> Login:
        application = self.oauth.applications.setdefault(
            credentials.client_id,
            Application(
                client_id=credentials.client_id,
                client_secret=credentials.client_secret,
                permissions=set(permissions),
                redirect_uris=set(redirect_uris),
                issue_refresh_tokens=self.settings.issue_refresh_tokens,
            ),
        )
        login = Login(application=application, extension_id=credentials.extension_id, jwt=credentials.jwt)
        self.oauth.logins.append(login)
        return login

    def login(self, credentials: Credentials) -> Login:
        """Return the login of credentials, to change what it may do."""
        return next(login for login in self.oauth.logins if login.jwt == credentials.jwt)

    def permit(self, *permissions: str) -> None:
        """Give the demo's application more permissions; a session has them from its next token on."""
        self.login(self.credentials).application.permissions.update(permissions)

    # Things that happen to sessions

    def revoke_sessions(self) -> None:
        """End all OAuth sessions."""
        for session in list(self.oauth.sessions):
            self.oauth.end(session)

    def expire_tokens(self) -> None:
        """Make all access tokens expire now; refresh tokens stay."""
        for session in self.oauth.sessions:
            session.access_expires_at = self.clock.monotonic()
