"""REST calls. Paths and groups: RingCentral's public OpenAPI specification."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import suppress
from itertools import batched
from typing import Any, NamedTuple

import aiohttp
import msgspec
from yarl import URL

from .account import Company, Extension, Favorite, Feature, GatewayToken, PresenceLine, Subscription
from .answers import Page, read_answer, read_own_presence, read_page, read_parts, read_records
from .auth import Auth
from .bulk import MULTIPART_JSON, NotBulkError, decode_bulk, is_mixed
from .clock import Clock
from .errors import (
    AuthenticationError,
    PayloadError,
    PermissionMissingError,
    RateLimitedError,
    RequestRejectedError,
    RingCentralError,
)
from .models import Presence
from .presence_payload import read_presence
from .rate_limit import RateLimits, UsageGroup
from .transport import Reply, date_of, decode, exchange, is_loopback, refusal
from .verdicts import Belief, Verdicts

_API = "/restapi/v1.0"
_ACCOUNT = f"{_API}/account/~"
_DETAILED = {"detailedTelephonyState": "true", "sipData": "true"}

# Bulk reads take at most this many ids (guide, batch requests), pages this many records (specification).
BULK_LIMIT = 30
_PAGE_SIZE = 1000

# Where bulk reads are refused, more extensions than this are read with the (costly) list of the account.
_MOST_SINGLE_READS = 10

# RingCentral's largest accounts have 20,000 users; an endless list of pages is a fault.
_MOST_PAGES = 100
_TOO_MANY_PAGES = f"RingCentral's list has more than {_MOST_PAGES} pages"


class PresencePage(NamedTuple):
    """A page of the account's presence, by extension id."""

    presences: Mapping[str, Presence]
    is_last: bool


class RingCentralClient:
    """RingCentral's REST API as one user sees it.

    All methods raise :class:`~.errors.AuthenticationError`, :class:`~.errors.PermissionMissingError`,
    :class:`~.errors.RateLimitedError`, :class:`~.errors.UnreachableError`, :class:`~.errors.RequestRejectedError` or
    :class:`~.errors.PayloadError`.
    """

    def __init__(
        self, session: aiohttp.ClientSession, auth: Auth, *, server: str, clock: Clock, limits: RateLimits
    ) -> None:
        """Talk to a server, as ``https://platform.ringcentral.com``, within the budgets of that login."""
        self.session = session
        self.auth = auth
        self.clock = clock
        self.clock_offset = 0.0
        self.server = server
        self._zero = clock.time() - clock.monotonic()
        self.limits = limits
        self.verdicts = Verdicts()
        self._is_bulk_refused = False

    # Time

    def local_time(self) -> float:
        """Return this machine's present in Unix seconds, as if nobody had set its clock since the client was made."""
        return self._zero + self.clock.monotonic()

    def server_time(self) -> float:
        """Return RingCentral's present in Unix seconds: this machine's, corrected by what answers showed."""
        return self.local_time() + self.clock_offset

    def learn_time(self, earliest: float, latest: float, *, since: float) -> None:
        """Learn that the server's clock showed something from ``earliest`` to ``latest`` after our time ``since``.

        Our time is :meth:`local_time`. The offset is moved as little as that fact demands, so rounding and delays don't
        make it jump.
        """
        self.clock_offset = min(max(self.clock_offset, earliest - self.local_time()), latest - since)

    # Extensions

    async def get_extension(self) -> Extension:
        """Read the login's own extension."""
        return read_answer(await self.request("GET", f"{_ACCOUNT}/extension/~", UsageGroup.LIGHT), Extension)

    async def get_company(self) -> Company:
        """Read the account's company; not every role may."""
        return read_answer(await self.request("GET", f"{_ACCOUNT}/business-address", UsageGroup.LIGHT), Company)

    async def get_features(self) -> dict[str, Feature]:
        """Read what the login's extension may do, by feature id, as ``ReadPresenceStatus``."""
        reply = await self.request("GET", f"{_ACCOUNT}/extension/~/features", UsageGroup.MEDIUM)
        return {feature.id: feature for feature in read_records(read_page(reply).records, Feature)}

    async def list_extensions(self) -> list[Extension]:
        """Read all extensions of the account."""
        return await self._read_pages(f"{_ACCOUNT}/extension", UsageGroup.MEDIUM, Extension)

    # Presence

    async def get_presence(self, extension_id: str = "~", *, is_patient: bool = False) -> Presence:
        """Read the presence of one extension, with its calls; without an id, of the login's own.

        Like all presences, it is a :class:`~.models.PartialPresence` if some of it could not be read.
        """
        path = f"{_ACCOUNT}/extension/{extension_id}/presence"
        reply = await self.request("GET", path, UsageGroup.LIGHT, params=_DETAILED, is_patient=is_patient)
        return read_own_presence(reply.body)

    async def get_presences(
        self, extension_ids: Iterable[str], *, is_patient: bool = False
    ) -> dict[str, Presence | RingCentralError]:
        """Read the presence of some extensions, 30 in a request; what failed for one is that one's value."""
        found: dict[str, Presence | RingCentralError] = {}
        requested = list(extension_ids)
        if self._is_bulk_refused and len(requested) > _MOST_SINGLE_READS:
            with suppress(PermissionMissingError, RequestRejectedError, PayloadError):
                found.update(await self.list_account_presence(is_patient=is_patient))
        missing = [extension_id for extension_id in requested if extension_id not in found]
        for ids in batched(missing, BULK_LIMIT, strict=False):
            found.update(await self._get_some(ids, is_patient=is_patient))
        return {extension_id: found[extension_id] for extension_id in requested if extension_id in found}

    async def _get_some(self, ids: Sequence[str], *, is_patient: bool) -> dict[str, Presence | RingCentralError]:
        """Read up to 30, at once or, where RingCentral won't have that, one by one."""
        if len(ids) > 1 and not self._is_bulk_refused:
            try:
                return await self._get_bulk(ids, is_patient=is_patient)
            except (RequestRejectedError, NotBulkError) as error:
                if isinstance(error, RequestRejectedError) and error.status != 400:
                    raise
                self.verdicts.contradict(Belief.BULK_READ_IS_JSON)
                self._is_bulk_refused = True
        return {extension_id: await self._get_one(extension_id, is_patient=is_patient) for extension_id in ids}

    async def _get_one(self, extension_id: str, *, is_patient: bool) -> Presence | RingCentralError:
        try:
            return await self.get_presence(extension_id, is_patient=is_patient)
        except (PermissionMissingError, RequestRejectedError, PayloadError) as error:
            return error

    async def _get_bulk(self, ids: Sequence[str], *, is_patient: bool) -> dict[str, Presence | RingCentralError]:
        path = f"{_ACCOUNT}/extension/{','.join(ids)}/presence"
        reply = await self.request(
            "GET", path, UsageGroup.LIGHT, params=_DETAILED, accept=MULTIPART_JSON, is_patient=is_patient
        )
        if is_mixed(reply):
            self.verdicts.contradict(Belief.BULK_READ_IS_JSON)
        found = dict(read_parts(decode_bulk(reply)))
        for result in found.values():
            if isinstance(result, RateLimitedError):
                self.limits.penalize(UsageGroup.LIGHT, result.retry_after)
        return found

    async def list_account_presence(self, *, is_patient: bool = False) -> dict[str, Presence]:
        """Read the presence of the whole account by extension id, 1,000 in a (costly) request."""
        found: dict[str, Presence] = {}
        for number in range(1, _MOST_PAGES + 1):
            page = await self.get_account_presence_page(number, is_patient=is_patient)
            found.update(page.presences)
            if page.is_last:
                return found
        raise PayloadError(_TOO_MANY_PAGES)

    async def get_account_presence_page(self, number: int, *, is_patient: bool = False) -> PresencePage:
        """Read one page of the account's presence, the first being 1, by a (costly) request."""
        page = await self._page(
            f"{_ACCOUNT}/presence", UsageGroup.HEAVY, number, params=_DETAILED, is_patient=is_patient
        )
        found: dict[str, Presence] = {}
        for raw in page.records:
            with suppress(PayloadError):
                presence = read_presence(raw)
                if presence.extension is not None and presence.extension.id is not None:
                    found[str(presence.extension.id)] = presence
        return PresencePage(found, is_last=page.is_last)

    async def update_presence(self, extension_id: str, fields: Mapping[str, str | bool]) -> Presence:
        """Change fields of an extension's presence, named as on the wire, and return what it is then."""
        path = f"{_ACCOUNT}/extension/{extension_id}/presence"
        reply = await self.request("PUT", path, UsageGroup.MEDIUM, body=fields)
        return read_own_presence(reply.body)

    # Lists of a user

    async def list_favorites(self) -> list[Favorite]:
        """Read the favorite contacts of the login's own extension."""
        reply = await self.request("GET", f"{_ACCOUNT}/extension/~/favorite", UsageGroup.LIGHT)
        return list(read_records(read_page(reply).records, Favorite))

    async def list_presence_lines(self) -> list[PresenceLine]:
        """Read the lines that the login's own extension monitors."""
        return await self._read_pages(f"{_ACCOUNT}/extension/~/presence/line", UsageGroup.LIGHT, PresenceLine)

    # Subscriptions

    async def list_subscriptions(self) -> list[Subscription]:
        """Read this user's subscriptions with this app."""
        reply = await self.request("GET", f"{_API}/subscription", UsageGroup.LIGHT)
        return list(read_records(read_page(reply).records, Subscription))

    async def get_subscription(self, subscription_id: str) -> Subscription:
        """Read one subscription."""
        return decode(
            await self.request("GET", f"{_API}/subscription/{subscription_id}", UsageGroup.LIGHT), Subscription
        )

    async def create_webhook_subscription(
        self, filters: Sequence[str], *, address: str, verification_token: str, lifetime: int
    ) -> Subscription:
        """Have events posted to an address for ``lifetime`` seconds; RingCentral validates the address meanwhile."""
        body = {
            "eventFilters": list(filters),
            "deliveryMode": {
                "transportType": "WebHook",
                "address": address,
                "verificationToken": verification_token,
            },
            "expiresIn": lifetime,
        }
        return decode(await self.request("POST", f"{_API}/subscription", UsageGroup.MEDIUM, body=body), Subscription)

    async def update_subscription(self, subscription_id: str, filters: Sequence[str], *, lifetime: int) -> Subscription:
        """Change a webhook subscription's filters, and renew it; its address stays (specification)."""
        body = {"eventFilters": list(filters), "expiresIn": lifetime}
        path = f"{_API}/subscription/{subscription_id}"
        return decode(await self.request("PUT", path, UsageGroup.MEDIUM, body=body), Subscription)

    async def renew_subscription(self, subscription_id: str) -> Subscription:
        """Restart a subscription's lifetime, with its original length."""
        path = f"{_API}/subscription/{subscription_id}/renew"
        return decode(await self.request("POST", path, UsageGroup.LIGHT), Subscription)

    async def delete_subscription(self, subscription_id: str) -> None:
        """End a subscription; one that is gone already is fine."""
        try:
            await self.request("DELETE", f"{_API}/subscription/{subscription_id}", UsageGroup.MEDIUM)
        except RequestRejectedError as error:
            if error.status != 404:
                raise

    async def create_gateway_token(self) -> GatewayToken:
        """Get a pass for one connection to the WebSocket gateway.

        Raises :class:`PayloadError` if the gateway's address is not encrypted. That of a server on this machine may be
        plain and on this machine; no other server has a gateway here.
        """
        token = decode(await self.request("POST", "/restapi/oauth/wstoken", UsageGroup.AUTH), GatewayToken)
        try:
            url = URL(token.uri)
        except ValueError:
            url = URL()
        if is_loopback(url) and is_loopback(URL(self.server)):
            schemes = {"ws", "wss"}
        else:
            schemes = set() if is_loopback(url) or not url.host else {"wss"}
        if url.scheme not in schemes:
            raise PayloadError("The gateway's address is not an encrypted WebSocket address of RingCentral")
        return token

    # How requests are made

    async def _read_pages[RecordT: msgspec.Struct](
        self, path: str, group: UsageGroup, kind: type[RecordT]
    ) -> list[RecordT]:
        # Page by page, so that a long list does not hold up the loop.
        return [record async for page in self._pages(path, group) for record in read_records(page, kind)]

    async def _pages(self, path: str, group: UsageGroup) -> AsyncIterator[Sequence[msgspec.Raw]]:
        for number in range(1, _MOST_PAGES + 1):
            page = await self._page(path, group, number)
            yield page.records
            if page.is_last:
                return
        raise PayloadError(_TOO_MANY_PAGES)

    async def _page(
        self,
        path: str,
        group: UsageGroup,
        number: int,
        *,
        params: Mapping[str, str] | None = None,
        is_patient: bool = False,
    ) -> Page:
        paging = {"page": str(number), "perPage": str(_PAGE_SIZE)}
        return read_page(
            await self.request("GET", path, group, params={**(params or {}), **paging}, is_patient=is_patient)
        )

    async def request(
        self,
        method: str,
        path: str,
        group: UsageGroup,
        *,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        accept: str = "application/json",
        is_patient: bool = False,
    ) -> Reply:
        """Send a request with a valid token; a token that is rejected is replaced once.

        A patient request leaves half of its group's budget to others.
        """
        token = await self.auth.access_token()
        for is_last in (False, True):
            await self.limits.acquire(group, is_patient=is_patient)
            headers = {"Authorization": f"Bearer {token}", "Accept": accept}
            content = None
            if body is not None:
                headers["Content-Type"] = "application/json"
                content = msgspec.json.encode(body)
            began = self.local_time()
            reply = await exchange(
                self.session,
                method,
                f"{self.server}{path}",
                headers=headers,
                params=params,
                body=content,
                patience=self.auth.patience,
            )
            self._learn(group, reply, began)
            if 200 <= reply.status < 300:
                return reply
            error = refusal(reply)
            if reply.status == 401 and not isinstance(error, AuthenticationError):
                self.verdicts.contradict(Belief.UNAUTHORIZED_MEANS_LOGIN)
            # One without any code may be about the token, too.
            is_about_token = isinstance(error, AuthenticationError) or (reply.status == 401 and error.code is None)
            if is_last or not is_about_token:
                break
            token = await self.auth.refresh(token)
        if isinstance(error, RateLimitedError):
            self.verdicts.contradict(Belief.BUDGETS_HOLD)
            self.limits.penalize(group, error.retry_after)
        raise error

    def _learn(self, group: UsageGroup, reply: Reply, began: float) -> None:
        """Learn from an answer's headers."""
        self.limits.learn(group, reply.headers)
        if (date := date_of(reply)) is not None:
            self.learn_time(date, date + 1.0, since=began)
