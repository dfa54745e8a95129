"""The authorization server."""

import base64
import hashlib
from urllib.parse import parse_qs, urlsplit

import jsonschema  # type: ignore[import-untyped]
import pytest

from simulator.cloud import CloudSettings, Simulator
from tests.samples import payload
from tests.simulator.visitor import Visitor

SCHEMAS = payload("openapi-presence")


async def is_accepted(visitor, access_token=None):
    reply = await visitor.request("GET", "/restapi/v1.0/account/~/extension/~", token=access_token)
    return reply.status == 200


async def test_jwt_login_gives_the_tokens_of_the_specification(visitor):
    reply = await visitor.ask_token_by_jwt()

    assert reply.status == 200
    jsonschema.validate(reply.json, {**SCHEMAS, "$ref": "#/components/schemas/TokenInfo"})
    assert reply.json["owner_id"] == str(visitor.credentials.extension_id)
    assert reply.json["token_type"] == "bearer"
    assert 3590 <= reply.json["expires_in"] <= 3600
    assert reply.headers["X-Rate-Limit-Group"] == "auth"


@pytest.mark.parametrize(
    ("client_id", "secret", "jwt", "status", "error", "code"),
    [
        ("someone-else", None, None, 400, "invalid_client", "OAU-153"),
        (None, "wrong", None, 401, "invalid_client", "OAU-146"),
        (None, None, "wrong", 400, "invalid_grant", "OAU-331"),
    ],
)
async def test_wrong_credentials_are_refused_by_name(visitor, client_id, secret, jwt, status, error, code):
    grant = "urn:ietf:params:oauth:grant-type:jwt-bearer"
    headers = visitor.basic(client_id, secret)

    reply = await visitor.ask_token(headers, grant_type=grant, assertion=jwt or visitor.credentials.jwt)

    assert (reply.status, reply.json["error"], reply.codes) == (status, error, [code])


async def test_invalid_client_has_the_shape_of_the_capture(visitor):
    captured = payload("error-400-oauth-invalid-client.captured-2017")

    reply = await visitor.ask_token(visitor.basic("xx"), grant_type="refresh_token", refresh_token="x")

    assert (reply.status, reply.json) == (captured["status"], captured["body"])


async def test_client_secret_in_the_form_is_no_authentication(visitor):
    form = {"client_id": visitor.credentials.client_id, "client_secret": visitor.credentials.client_secret}

    reply = await visitor.call(
        "POST", "/restapi/oauth/token", data={**form, "grant_type": "refresh_token", "refresh_token": "x"}
    )

    assert reply.codes == ["OAU-123"]


async def test_grant_that_the_application_may_not_use_is_refused(visitor, simulator):
    simulator.login(visitor.credentials).application.grants.discard("urn:ietf:params:oauth:grant-type:jwt-bearer")

    reply = await visitor.ask_token_by_jwt()

    assert (reply.status, reply.json["error"], reply.codes) == (400, "unauthorized_client", ["OAU-251"])


async def test_access_token_expires_with_the_documented_error(user, clock):
    clock.advance(3600)

    reply = await user.get("/account/~/extension/~")

    expected = payload("error-401-token-expired.composed")
    assert (reply.status, reply.json) == (expected["status"], expected["body"])


async def test_unknown_access_token_gets_the_captured_error(user):
    reply = await user.request("GET", "/restapi/v1.0/account/~/extension/~", token="nonsense")

    expected = payload("error-401-token-invalid.captured-2026")
    assert (reply.status, reply.json) == (expected["status"], expected["body"])


async def test_request_without_token_is_refused(visitor):
    reply = await visitor.call("GET", "/restapi/v1.0/account/~/extension/~")

    assert (reply.status, reply.codes) == (401, ["AGW-401"])


async def test_token_type_may_be_sent_in_lower_case(user):
    headers = {"Authorization": f"bearer {user.token['access_token']}"}

    assert (await user.call("GET", "/restapi/v1.0/account/~/extension/~", headers)).status == 200


# Refresh


async def test_refresh_gives_new_tokens_in_the_same_session_and_kills_the_old_access_token(user):
    old = user.token
    assert await is_accepted(user)

    await user.refresh()

    assert user.token["access_token"] != old["access_token"]
    assert user.token["refresh_token"] != old["refresh_token"]
    assert user.token["session_id"] == old["session_id"]
    assert await is_accepted(user)
    dead = await user.request("GET", "/restapi/v1.0/account/~/extension/~", token=old["access_token"])
    assert (dead.status, dead.codes) == (401, ["OAU-129"])


async def test_lost_reply_can_be_asked_for_again_for_an_hour(user, clock):
    first_refresh_token = user.token["refresh_token"]
    lost = (await user.refresh()).json

    clock.advance(3500)
    again = (await user.refresh(first_refresh_token)).json

    assert again["access_token"] == lost["access_token"]
    assert again["refresh_token"] == lost["refresh_token"]
    clock.advance(101)
    late = await user.refresh(first_refresh_token)
    assert (late.status, late.codes) == (400, ["OAU-213"])


async def test_old_refresh_token_dies_ten_seconds_after_the_first_use_of_the_new_access_token(user, clock):
    first_refresh_token = user.token["refresh_token"]
    new_token = (await user.refresh()).json
    assert await is_accepted(user)

    clock.advance(9)
    repeated = (await user.refresh(first_refresh_token)).json
    clock.advance(2)
    late = await user.refresh(first_refresh_token)

    assert repeated["access_token"] == new_token["access_token"]
    assert late.json == payload("error-400-oauth-token-not-found.composed")["body"]
    assert (await user.refresh(new_token["refresh_token"])).status == 200


async def test_refresh_token_lives_longer_than_the_access_token_but_not_for_ever(user, clock):
    clock.advance(604700)
    assert (await user.refresh()).status == 200
    clock.advance(604801)
    assert (await user.refresh()).codes == ["OAU-213"]


async def test_refresh_tokens_come_only_if_the_application_issues_them(visitor, simulator):
    simulator.login(visitor.credentials).application.issue_refresh_tokens = False

    token = await visitor.log_in()

    assert "refresh_token" not in token
    assert "refresh_token_expires_in" not in token


async def test_shorter_lifetimes_can_be_asked_for(visitor):
    reply = await visitor.ask_token_by_jwt(access_token_ttl="600", refresh_token_ttl="1200")

    assert reply.json["expires_in"] <= 600
    assert reply.json["refresh_token_expires_in"] <= 1200


# Sessions


async def test_revoking_ends_the_whole_session(user):
    reply = await user.call("POST", "/restapi/oauth/revoke", user.basic(), data={"token": user.token["refresh_token"]})

    assert (reply.status, reply.text) == (200, "")
    assert not await is_accepted(user)
    refused = await user.refresh()
    assert refused.json == payload("error-400-oauth-token-revoked.mock")["body"]


async def test_sixth_session_revokes_the_oldest(account, clock):
    async with (
        Simulator(account, clock=clock, limits={"auth": 100}) as simulator,
        Visitor(simulator) as visitor,
    ):
        tokens = [await visitor.log_in() for _ in range(6)]

        assert len({token["session_id"] for token in tokens}) == 6
        assert not await is_accepted(visitor, tokens[0]["access_token"])
        for token in tokens[1:]:
            assert await is_accepted(visitor, token["access_token"])


async def test_sessions_of_another_application_do_not_count(account, clock):
    async with Simulator(
        account, clock=clock, limits={"auth": 100}, settings=CloudSettings(session_limit=1)
    ) as simulator:
        other = simulator.add_login(simulator.credentials.extension_id)
        async with Visitor(simulator) as first, Visitor(simulator, other) as second:
            await first.log_in()
            await second.log_in()

            assert await is_accepted(first)
            assert await is_accepted(second)


# Authorization code


VERIFIER = "pIUgx4tiqFpaOUz0HMc_QbIyQlL901w8mRmkrmhEJ_E"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
CALLBACK = "http://localhost:8123/auth/external/callback"


async def authorize(visitor, **more):
    query = {
        "response_type": "code",
        "client_id": visitor.credentials.client_id,
        "redirect_uri": CALLBACK,
        "state": "a state",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        **more,
    }
    return await visitor.call("GET", "/restapi/oauth/authorize", params=query)


def answer_of(redirect):
    assert redirect.status == 302
    assert redirect.headers["Location"].startswith(CALLBACK)
    return {name: values[0] for name, values in parse_qs(urlsplit(redirect.headers["Location"]).query).items()}


async def exchange(visitor, code, verifier=VERIFIER, redirect_uri=CALLBACK):
    return await visitor.ask_token(
        grant_type="authorization_code", code=code, code_verifier=verifier, redirect_uri=redirect_uri
    )


async def test_authorization_code_with_pkce_logs_in_once(visitor):
    answer = answer_of(await authorize(visitor))
    assert answer["state"] == "a state"

    reply = await exchange(visitor, answer["code"])

    assert reply.status == 200
    assert await is_accepted(visitor, reply.json["access_token"])
    assert (await exchange(visitor, answer["code"])).codes == ["OAU-106"]


async def test_code_of_a_public_app_is_asked_for_as_documented(visitor, simulator):
    simulator.login(visitor.credentials).application.client_secret = None
    documented = payload("auth-token-request-authorization-code.composed")
    code = answer_of(await authorize(visitor))["code"]
    given = {"code": code, "redirect_uri": CALLBACK, "client_id": visitor.credentials.client_id}

    reply = await visitor.call("POST", "/restapi/oauth/token", data={**documented, **given})

    assert documented["code_verifier"] == VERIFIER
    assert reply.status == 200


async def test_code_needs_its_verifier_its_address_and_haste(visitor, clock):
    code = answer_of(await authorize(visitor))["code"]
    assert (await exchange(visitor, code, verifier="guessed")).status == 400
    code = answer_of(await authorize(visitor))["code"]
    assert (await exchange(visitor, code, redirect_uri="http://localhost/")).codes == ["OAU-109"]
    code = answer_of(await authorize(visitor))["code"]
    clock.advance(60)
    assert (await exchange(visitor, code)).codes == ["OAU-108"]


async def test_refusal_by_the_user_comes_back_as_an_error(visitor, simulator):
    simulator.settings.consent = "deny"

    answer = answer_of(await authorize(visitor))

    assert answer["error"] == "access_denied"
    assert answer["state"] == "a state"
    assert "code" not in answer


async def test_unregistered_address_is_not_redirected_to(visitor):
    reply = await authorize(visitor, redirect_uri="https://evil.example.com/")

    assert (reply.status, reply.codes) == (403, ["OAU-109"])


async def test_page_asks_the_user_where_the_settings_say_so(visitor, simulator):
    simulator.settings.consent = "ask"

    page = await authorize(visitor)

    assert page.status == 200
    assert "consent=allow" in page.text
    assert "code" in answer_of(await authorize(visitor, consent="allow"))


# wstoken


async def test_socket_token_is_as_documented(user):
    reply = await user.request("POST", "/restapi/oauth/wstoken")

    assert reply.status == 200
    assert reply.json.keys() == payload("ws-token-response.doc").keys()
    assert reply.json["expires_in"] == 30
    assert reply.json["uri"].startswith("ws://127.0.0.1:")


async def test_socket_token_needs_the_application_permission(user, simulator):
    simulator.login(user.credentials).application.permissions.discard("WebSocket")

    reply = await user.request("POST", "/restapi/oauth/wstoken")

    assert (reply.status, reply.codes) == (403, ["CMN-401"])
    assert reply.json["permissionName"] == "WebSocket"
