"""Tokens: opened with a JWT credential, kept alive as one session, never lost."""

import asyncio
import re
from urllib.parse import parse_qsl

from aiohttp import ClientSession, web
import pytest

from custom_components.ringcentral.api.auth import CodeAuth
from custom_components.ringcentral.api.errors import (
    AuthenticationError,
    ClientCredentialsError,
    PayloadError,
    RateLimitedError,
    RequestRejectedError,
    UnreachableError,
    UserCredentialsError,
)
from custom_components.ringcentral.api.rate_limit import RateLimits
from simulator.logins import JWT_GRANT
from tests.api.login import Login
from tests.api.scripted import PLENTY
from tests.samples import payload
from tests.waiting import until

TOKEN = ("POST", "/restapi/oauth/token")
REVOKE = ("POST", "/restapi/oauth/revoke")
HOUR = 3600


def failing(path="/restapi/oauth/token", **fault):
    return {"kind": "status", "path": path, **fault}


# Logging in


async def test_jwt_credential_opens_one_session(simulator, login, own_id, clock):
    access_token = await login.auth.access_token()

    (session,) = simulator.oauth.sessions
    token = login.auth.token
    assert access_token == token.access_token == session.access_token
    assert (token.refresh_token, token.session_id) == (session.refresh_token, session.id)
    assert (token.owner_id, token.endpoint_id) == (str(own_id), session.endpoint_id)
    assert "ReadPresence" in token.scope.split()
    assert token.expires_at == pytest.approx(clock.time() + HOUR, abs=1)
    assert token.refresh_expires_at == pytest.approx(clock.time() + 7 * 24 * HOUR, abs=1)


async def test_login_and_refresh_are_asked_for_as_documented(scripted, simulator, http, clock):
    scripted.always(payload("auth-token-response-full.composed"), headers=PLENTY)
    auth = Login(http, scripted.url, simulator.credentials, clock).auth

    await auth.refresh(await auth.access_token())

    login, refresh = (dict(parse_qsl(body.decode())) for body in scripted.bodies)
    by_jwt = payload("auth-token-request-jwt.composed")
    assert login == by_jwt | {"assertion": simulator.credentials.jwt}
    by_refresh = payload("auth-token-request-refresh.composed")
    # The endpoint's id may be left out (specification).
    assert refresh.keys() == by_refresh.keys() - {"endpoint_id"}
    assert refresh["grant_type"] == by_refresh["grant_type"]
    assert all(request.headers["Authorization"].startswith("Basic ") for request in scripted.requests)


async def test_token_is_used_as_long_as_it_is_good(simulator, auth):
    assert await auth.access_token() == await auth.access_token()
    assert simulator.requests[TOKEN] == 1


async def test_stored_token_is_gone_on_with(simulator, login, http, clock):
    await login.auth.access_token()
    restarted = Login(http, simulator.url, simulator.credentials, clock, token=login.auth.token)

    await restarted.client.get_extension()
    clock.advance(HOUR)
    await restarted.client.get_extension()

    assert len(simulator.oauth.sessions) == 1
    assert simulator.requests[TOKEN] == 2


async def test_new_token_is_stored_before_its_first_use(simulator, http, clock):
    used = []

    def store(token):
        used.append((token, simulator.oauth.sessions[0].access_used))

    login = Login(http, simulator.url, simulator.credentials, clock, store=store)

    await login.client.get_extension()
    clock.advance(HOUR)
    await login.client.get_extension()

    assert [was_used for _, was_used in used] == [False, False]
    assert used[-1][0] == login.auth.token
    assert simulator.oauth.sessions[0].access_used


@pytest.mark.parametrize(
    ("wrong", "kind"),
    [
        ({"client_id": "nobody"}, ClientCredentialsError),
        ({"client_secret": "wrong"}, ClientCredentialsError),
        ({"jwt": "wrong"}, UserCredentialsError),
    ],
)
async def test_wrong_credential_is_kept_apart(simulator, http, clock, wrong, kind):
    auth = Login(http, simulator.url, simulator.credentials, clock, **wrong).auth

    with pytest.raises(AuthenticationError) as refusal:
        await auth.access_token()

    assert type(refusal.value) is kind
    assert simulator.requests[TOKEN] == 1
    assert auth.token is None


async def test_app_without_the_jwt_login_is_the_apps_fault(simulator, auth):
    simulator.login(simulator.credentials).application.grants.discard(JWT_GRANT)

    with pytest.raises(ClientCredentialsError) as refusal:
        await auth.access_token()

    assert refusal.value.code == "OAU-251"


# Refreshing


async def test_token_is_refreshed_ahead_of_its_end_in_the_same_session(simulator, auth, clock):
    first = await auth.access_token()
    clock.advance(HOUR - 302)
    assert await auth.access_token() == first

    clock.advance(3)
    second = await auth.access_token()

    assert second != first
    assert [session.access_token for session in simulator.oauth.sessions] == [second]


async def test_short_lived_token_is_refreshed_in_its_last_quarter(simulator, auth, clock):
    simulator.oauth.access_token_ttl = 100
    first = await auth.access_token()
    clock.advance(74)
    assert await auth.access_token() == first

    clock.advance(2)
    assert await auth.access_token() != first


async def test_there_is_one_refresh_at_a_time(simulator, auth, clock):
    first = await auth.access_token()
    clock.advance(HOUR)

    tokens = await asyncio.gather(*(auth.access_token() for _ in range(10)), *(auth.refresh(first) for _ in range(10)))

    assert len(set(tokens)) == 1
    assert simulator.requests[TOKEN] == 2


async def test_rejected_token_is_replaced_once(simulator, auth):
    rejected = await auth.access_token()

    replaced = await auth.refresh(rejected)

    assert replaced != rejected
    assert await auth.refresh(rejected) == replaced
    assert simulator.requests[TOKEN] == 2


class Thief:
    """Stands before the simulator and steals the answers to the requests that a test names."""

    def __init__(self, simulator, scripted, http):
        self.forms = []
        self.stolen = 0
        self.to_steal = 0
        self._simulator, self._http, self._scripted = simulator, http, scripted
        scripted.answer = self._pass_on

    async def _pass_on(self, request):
        self.forms.append(dict(await request.post()))
        headers = {name: request.headers[name] for name in ("Authorization", "Content-Type")}
        url = f"{self._simulator.url}{request.path}"
        async with self._http.post(url, data=self._scripted.bodies[-1], headers=headers) as reply:
            body = await reply.read()
        if self.to_steal:
            self.to_steal -= 1
            self.stolen += 1
            request.transport.abort()
        return web.Response(body=body, status=reply.status, content_type="application/json")


async def test_lost_answer_to_a_refresh_is_fetched_again_with_the_same_refresh_token(simulator, scripted, http, clock):
    async with ClientSession() as onwards:
        thief = Thief(simulator, scripted, onwards)
        login = Login(http, scripted.url, simulator.credentials, clock)
        former = await login.auth.refresh("")
        refresh_token = simulator.oauth.sessions[0].refresh_token
        thief.to_steal = 1

        refreshing = asyncio.create_task(login.auth.refresh(former))
        await until(lambda: thief.stolen and clock.next_due() is not None)
        clock.advance(10.1)
        renewed = await refreshing

    assert [form.get("refresh_token") for form in thief.forms] == [None, refresh_token, refresh_token]
    assert [session.access_token for session in simulator.oauth.sessions] == [renewed]


async def test_refresh_that_was_lost_for_good_can_still_be_made_later(simulator, scripted, http, clock):
    async with ClientSession() as onwards:
        thief = Thief(simulator, scripted, onwards)
        login = Login(http, scripted.url, simulator.credentials, clock)
        former = await login.auth.refresh("")
        thief.to_steal = 3

        refreshing = asyncio.create_task(login.auth.refresh(former))
        for count in (1, 2, 3):
            await until(lambda count=count: thief.stolen == count)
            await until(lambda: refreshing.done() or clock.next_due() is not None)
            clock.advance(10.1)
        with pytest.raises(UnreachableError):
            await refreshing
        clock.advance(60)
        renewed = await login.auth.refresh(former)

    assert [session.access_token for session in simulator.oauth.sessions] == [renewed]


async def test_refused_refresh_leads_to_one_new_login(simulator, auth):
    former = await auth.access_token()
    simulator.revoke_sessions()

    renewed = await auth.refresh(former)

    (session,) = simulator.oauth.sessions
    assert renewed == session.access_token
    assert simulator.requests[TOKEN] == 3


async def test_login_that_is_refused_too_is_the_end(simulator, auth):
    former = await auth.access_token()
    simulator.revoke_sessions()
    simulator.login(simulator.credentials).jwt = "another"

    with pytest.raises(UserCredentialsError):
        await auth.refresh(former)

    assert simulator.requests[TOKEN] == 3


async def test_app_without_refresh_tokens_logs_in_again(simulator, auth, clock):
    simulator.login(simulator.credentials).application.issue_refresh_tokens = False
    first = await auth.access_token()
    assert auth.token.refresh_token is None
    clock.advance(HOUR)

    assert await auth.access_token() != first
    assert simulator.requests[TOKEN] == 2


async def test_refresh_token_at_its_end_is_not_tried(simulator, auth, clock):
    await auth.access_token()
    clock.advance(8 * 24 * HOUR)

    await auth.access_token()

    assert simulator.requests[TOKEN] == 2


# When the token endpoint has a bad moment


async def test_login_is_not_repeated_since_someone_waits_for_it(simulator, auth):
    simulator.faults.apply(failing(status=503))

    with pytest.raises(UnreachableError) as failure:
        await auth.access_token()

    assert failure.value.code == "CMN-201"
    assert simulator.requests[TOKEN] == 1


class Refreshing:
    """A refresh under way while the token endpoint fails; ``tries`` counts what was sent since it began."""

    def __init__(self, simulator, auth, fault):
        self._simulator, self._auth, self._fault = simulator, auth, fault

    async def __aenter__(self):
        former = await self._auth.access_token()
        self._before = self._simulator.requests[TOKEN]
        self._simulator.faults.apply(self._fault)
        self.task = asyncio.create_task(self._auth.refresh(former))
        return self

    async def __aexit__(self, *_):
        self.task.cancel()

    @property
    def tries(self):
        return self._simulator.requests[TOKEN] - self._before

    async def is_waiting_after(self, tries):
        """Whether so many tries were made, and the next one is not on its way."""
        await until(lambda: self.tries >= tries and self._simulator.clock.next_due() is not None)
        done, _ = await asyncio.wait({self.task}, timeout=0.03)
        return not done and self.tries == tries


async def test_refresh_is_tried_three_times_ten_seconds_apart(simulator, auth, clock):
    async with Refreshing(simulator, auth, failing(status=503)) as refreshing:
        for tries in (1, 2):
            assert await refreshing.is_waiting_after(tries)
            clock.advance(9.8)
            assert await refreshing.is_waiting_after(tries)
            clock.advance(0.3)
        with pytest.raises(UnreachableError) as failure:
            await refreshing.task

        assert failure.value.code == "CMN-201"
        assert refreshing.tries == 3


async def test_refresh_succeeds_when_the_moment_has_passed(simulator, auth, clock):
    async with Refreshing(simulator, auth, failing(status=500, body="html", count=1)) as refreshing:
        assert await refreshing.is_waiting_after(1)
        clock.advance(10.1)

        assert await refreshing.task == simulator.oauth.sessions[0].access_token


async def test_longer_wait_that_was_asked_for_is_left_to_the_caller(simulator, auth):
    async with Refreshing(simulator, auth, failing(status=503, retry_after=40, count=1)) as refreshing:
        with pytest.raises(UnreachableError) as refusal:
            await refreshing.task
        assert refusal.value.retry_after == 40


async def test_too_many_logins_are_not_repeated_and_nothing_is_sent_until_the_penalty_is_over(simulator, auth, clock):
    simulator.faults.apply(failing(status=429, retry_after=60, count=1))

    with pytest.raises(RateLimitedError) as refusal:
        await auth.access_token()
    assert refusal.value.retry_after == 60
    clock.advance(59)
    with pytest.raises(RateLimitedError) as refusal:
        await auth.access_token()
    assert refusal.value.retry_after == pytest.approx(1, abs=0.01)
    assert simulator.requests[TOKEN] == 1

    clock.advance(1.1)
    await auth.access_token()


@pytest.mark.parametrize(
    "fault",
    [
        failing(status=503),
        failing(status=429),
        failing(status=302),
        failing(status=200, body="html"),
        {"kind": "reset", "path": "/restapi/oauth/token"},
    ],
    ids=lambda fault: f"{fault['kind']}-{fault.get('status')}-{fault.get('body')}",
)
async def test_token_that_is_still_good_is_used_while_no_other_can_be_had(simulator, auth, clock, fault):
    first = await auth.access_token()
    clock.advance(HOUR - 200)
    simulator.faults.apply(fault)

    assert await passing(clock, auth.access_token()) == first


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (failing(status=503), UnreachableError),
        (failing(status=429), RateLimitedError),
        (failing(status=302), RequestRejectedError),
        (failing(status=200, body="html"), PayloadError),
    ],
    ids=lambda value: value["status"] if isinstance(value, dict) else "",
)
async def test_token_at_its_end_is_not_used(simulator, auth, clock, fault, kind):
    await auth.access_token()
    clock.advance(HOUR)
    simulator.faults.apply(fault)

    with pytest.raises(kind):
        await passing(clock, auth.access_token())


async def passing(clock, work):
    """Await work while time passes."""
    working = asyncio.ensure_future(work)
    while not (await asyncio.wait({working}, timeout=0.01))[0]:
        clock.advance(5)
    return await working


# Logging out


async def test_revoking_ends_the_session_and_forgets_its_tokens(simulator, login):
    await login.auth.access_token()

    await login.auth.revoke()

    assert simulator.oauth.sessions == []
    assert login.auth.token is None
    assert login.stored[-1] is None


@pytest.mark.parametrize("fault", [failing("*", status=503), failing("*", status=429), {"kind": "reset"}])
async def test_tokens_are_forgotten_even_if_revoking_fails(simulator, login, fault):
    await login.auth.access_token()
    simulator.faults.apply(fault)

    await login.auth.revoke()

    assert login.auth.token is None
    assert login.stored[-1] is None


async def test_there_is_nothing_to_revoke_without_a_token(simulator, login):
    await login.auth.revoke()

    assert simulator.requests[REVOKE] == 0
    assert login.stored == []


async def test_session_without_refresh_token_is_revoked_by_its_access_token(simulator, auth):
    simulator.login(simulator.credentials).application.issue_refresh_tokens = False
    await auth.access_token()

    await auth.revoke()

    assert simulator.oauth.sessions == []


async def test_no_error_names_a_credential(simulator, http, clock):
    login = Login(http, simulator.url, simulator.credentials, clock, jwt="SECRET-JWT", client_secret="SECRET-SECRET")

    with pytest.raises(AuthenticationError) as refusal:
        await login.auth.access_token()

    assert not re.search("SECRET", str(refusal.value))


# A session that the user opened in the browser


@pytest.fixture
async def from_browser(simulator, login, http, clock):
    """Go on with a session, without anything that could open another."""

    async def go_on(client_secret=simulator.credentials.client_secret):
        await login.auth.access_token()
        return CodeAuth(
            http,
            server=simulator.url,
            client_id=simulator.credentials.client_id,
            client_secret=client_secret,
            clock=clock,
            limits=RateLimits(clock),
            token=login.auth.token,
        )

    return go_on


async def test_session_from_the_browser_is_refreshed_like_any_other(simulator, from_browser, clock):
    auth = await from_browser()
    first = await auth.access_token()
    clock.advance(HOUR - 299)

    assert await auth.access_token() != first
    assert len(simulator.oauth.sessions) == 1


async def test_public_app_names_itself_in_the_form(simulator, from_browser):
    auth = await from_browser("")
    simulator.login(simulator.credentials).application.client_secret = None

    former = await auth.access_token()
    assert await auth.refresh(former) != former
    await auth.revoke()

    assert simulator.oauth.sessions == []


async def test_session_from_the_browser_that_was_refused_is_not_asked_for_again(simulator, from_browser):
    auth = await from_browser()
    former = await auth.access_token()
    simulator.revoke_sessions()

    for _ in range(3):
        with pytest.raises(UserCredentialsError):
            await auth.refresh(former)

    assert simulator.requests[TOKEN] == 2


async def test_wrong_secret_may_be_mended(simulator, from_browser):
    auth = await from_browser()
    former = await auth.access_token()
    application = simulator.login(simulator.credentials).application
    right, application.client_secret = application.client_secret, "changed"
    with pytest.raises(ClientCredentialsError):
        await auth.refresh(former)

    application.client_secret = right
    assert await auth.refresh(former) != former


async def test_session_without_refresh_token_is_used_to_its_end(simulator, from_browser, clock):
    simulator.login(simulator.credentials).application.issue_refresh_tokens = False
    auth = await from_browser()
    first = await auth.access_token()
    clock.advance(HOUR - 2)
    assert await auth.access_token() == first

    clock.advance(3)
    with pytest.raises(UserCredentialsError):
        await auth.access_token()
    assert simulator.requests[TOKEN] == 1


# Revoking with patience


async def test_patient_revoking_waits_for_the_end_of_a_penalty(simulator, login, clock):
    await login.auth.access_token()
    login.limits.penalize("auth", 30)

    revoking = asyncio.create_task(login.auth.revoke(patient=True))
    await until(lambda: clock.next_due() is not None)
    assert len(simulator.oauth.sessions) == 1
    clock.advance(31)
    await revoking

    assert simulator.oauth.sessions == []
