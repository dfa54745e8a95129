"""Which exception a refusal stands for: one for each thing that a caller can do differently."""

import json

import pytest

from custom_components.ringcentral.api.errors import (
    AuthenticationError,
    ClientCredentialsError,
    PayloadError,
    PermissionMissingError,
    RateLimitedError,
    RequestRejectedError,
    RingCentralError,
    UnreachableError,
    UserCredentialsError,
)
from custom_components.ringcentral.api.transport import Reply, login_refusal, refusal
from tests.samples import PAYLOADS, payload


def reply(status, body=b"", **headers):
    """Return an answer; the body may be a value to be sent as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Reply(status, {name.replace("_", "-"): value for name, value in headers.items()}, content)


def sample(name):
    """Return the answer that a sample of an error holds."""
    content = payload(name)
    return Reply(content["status"], content.get("headers", {}), json.dumps(content["body"]).encode())


OF_REST = [
    ("error-400-sync-token.composed", RequestRejectedError, "CLG-101", {"status": 400}),
    (
        "error-403-read-call-log.doc",
        PermissionMissingError,
        "CMN-401",
        {"permission": "ReadCallLog", "of_app": True},
    ),
    ("error-400-sub-524-certificate.doc", RequestRejectedError, "SUB-524", {"status": 400}),
    ("error-401-token-expired.composed", UserCredentialsError, "OAU-128", {}),
    ("error-401-token-invalid.captured-2026", UserCredentialsError, "OAU-149", {}),
    (
        "error-403-app-permission.captured-2018",
        PermissionMissingError,
        "CMN-401",
        {"permission": "ReadAccounts", "of_app": True},
    ),
    (
        "error-403-extended-scope.captured-2025",
        PermissionMissingError,
        "CMN-419",
        {"permission": "ReadMessages", "of_app": False},
    ),
    ("error-403-sub-406-other-account.captured", RequestRejectedError, "SUB-406", {"status": 403}),
    ("error-403-sub-505-limit.doc", RequestRejectedError, "SUB-505", {"status": 403}),
    (
        "error-403-user-permission.captured",
        PermissionMissingError,
        "CMN-408",
        {"permission": "ReadUserForwardingFlipNumbers", "of_app": False},
    ),
    ("error-404-invalid-uri.captured-2017", RequestRejectedError, "CMN-120", {"status": 404}),
    ("error-429-rate-limit.composed", RateLimitedError, "CMN-301", {"retry_after": 60}),
]
OF_LOGIN = [
    ("error-400-oauth-invalid-client.captured-2017", ClientCredentialsError, "OAU-153"),
    ("error-400-oauth-invalid-grant.captured-2017", UserCredentialsError, "invalid_grant"),
    ("error-400-oauth-token-not-found.composed", UserCredentialsError, "OAU-213"),
    ("error-400-oauth-token-revoked.mock", UserCredentialsError, "OAU-211"),
]


@pytest.mark.parametrize(("name", "kind", "code", "details"), OF_REST)
def test_refusal_of_rest_is_known_by_its_sample(name, kind, code, details):
    error = refusal(sample(name))

    assert type(error) is kind
    assert error.code == code
    assert {detail: getattr(error, detail) for detail in details} == details


@pytest.mark.parametrize(("name", "kind", "code"), OF_LOGIN)
def test_refusal_of_a_login_is_known_by_its_sample(name, kind, code):
    error = login_refusal(sample(name))

    assert type(error) is kind
    assert error.code == code


def test_every_sample_of_an_error_is_looked_at():
    looked_at = {row[0] for row in [*OF_REST, *OF_LOGIN]}

    assert {path.stem for path in PAYLOADS.glob("error-*.json")} == looked_at


def test_refused_subscription_names_the_permission_for_websockets():
    meta, body = payload("ws-subscription-error-403.composed")

    error = refusal(reply(meta["status"], body))

    assert isinstance(error, PermissionMissingError)
    assert (error.code, error.permission, error.of_app) == ("SUB-528", "WebSocketSubscription", True)


@pytest.mark.parametrize(
    ("entry", "permission"),
    [
        ({"permissionName": "ReadPresence", "message": "[Other] permission"}, "ReadPresence"),
        ({"permissionsName": "ReadPresence", "message": "[Other] permission"}, "ReadPresence"),
        ({"message": "Application needs to have [ReadPresence] permission"}, "ReadPresence"),
        ({"message": "You may not"}, None),
        ({"permissionName": "[click](https://example.com)"}, None),
        ({"permissionName": "x" * 65, "message": "[ReadPresence] permission"}, "ReadPresence"),
        ({}, None),
    ],
)
def test_permission_is_named_as_far_as_the_answer_names_it(entry, permission):
    error = refusal(reply(403, {"errors": [{"errorCode": "CMN-401", **entry}]}))

    assert isinstance(error, PermissionMissingError)
    assert error.permission == permission


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        # The entries decide, whatever word stands at the top.
        (
            reply(403, {"errorCode": "Refused", "errors": [{"errorCode": "CMN-408"}]}),
            PermissionMissingError,
            "CMN-408",
        ),
        (reply(403, {"errorCode": "InsufficientPermissions"}), PermissionMissingError, "InsufficientPermissions"),
        (reply(403, {"errorCode": "CMN-401"}), PermissionMissingError, "CMN-401"),
        (reply(403, {"errors": [{"errorCode": "CMN-402"}]}), RequestRejectedError, "CMN-402"),
        # A limit may be known by the code alone.
        (reply(403, {"errors": [{"errorCode": "CMN-304"}]}), RateLimitedError, "CMN-304"),
        (reply(429), RateLimitedError, None),
        # The status is the last resort.
        (reply(401, b"<html>"), UnreachableError, None),
        # Only codes of the login ask for a new one.
        (reply(401, {"errorCode": "TokenInvalid"}), UserCredentialsError, "TokenInvalid"),
        (reply(401, {"errors": [{"errorCode": "OAU-213"}]}), UserCredentialsError, "OAU-213"),
        (reply(401, {"errors": [{"errorCode": "CMN-405"}]}), RequestRejectedError, "CMN-405"),
        (reply(401, {"errors": [{"errorCode": "AGW-401"}]}), UnreachableError, "AGW-401"),
        (reply(401, {"errors": [{"errorCode": "AGW-402"}]}), UnreachableError, "AGW-402"),
        (reply(403, b"<html>"), RequestRejectedError, None),
        (reply(404, b'{"errors": 5}'), RequestRejectedError, None),
        (reply(404, b"[" * 900_000), RequestRejectedError, None),
        (reply(400, b"\xff"), RequestRejectedError, None),
        (reply(302), RequestRejectedError, None),
        (reply(408), UnreachableError, None),
        (reply(500, b"<html>"), UnreachableError, None),
        (reply(503, {"errorCode": "CMN-201"}), UnreachableError, "CMN-201"),
    ],
    ids=lambda value: repr(value)[:60],
)
def test_refusal_is_known_by_its_codes_before_its_status(answer, kind, code):
    error = refusal(answer)

    assert type(error) is kind
    assert error.code == code


def test_error_that_was_answered_is_known_from_silence():
    assert refusal(reply(503)).status == 503
    assert UnreachableError("No answer").status is None


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        # The app lacks the JWT login (as many report it), or the secret is wrong.
        (reply(400, {"error": "unauthorized_client", "errors": [{"errorCode": "OAU-251"}]}), ClientCredentialsError),
        (reply(400, {"error": "invalid_request", "errors": [{"errorCode": "OAU-250"}]}), ClientCredentialsError),
        (reply(400, {"error": "unauthorized_client"}), ClientCredentialsError),
        (reply(400, {"errors": [{"errorCode": "OAU-251"}]}), ClientCredentialsError),
        (reply(401, {"error": "invalid_client", "errors": [{"errorCode": "OAU-146"}]}), ClientCredentialsError),
        (reply(400, {"error": "invalid_client", "errors": [{"errorCode": "OAU-999"}]}), ClientCredentialsError),
        (reply(400, {"error": "invalid_grant", "errors": [{"errorCode": "OAU-331"}]}), UserCredentialsError),
        (reply(403, b"<html>"), RequestRejectedError),
        (reply(429), RateLimitedError),
        (reply(503), UnreachableError),
        (reply(408), UnreachableError),
    ],
)
def test_refused_login_distinguishes_the_app_the_user_and_a_bad_moment(answer, kind):
    assert type(login_refusal(answer)) is kind


@pytest.mark.parametrize(
    ("header", "limited", "down"),
    [
        ("90", 90, 90),
        (" 90 ", 90, 90),
        (None, 30, None),
        ("0", 30, 0),
        ("-5", 30, None),
        ("1.5", 30, None),
        ("Wed, 21 Oct 2026 07:28:00 GMT", 30, None),
        ("99999999999999999999", 30, None),
    ],
)
def test_seconds_to_wait_are_taken_from_the_header(header, limited, down):
    headers = {} if header is None else {"Retry_After": header}

    assert vars(refusal(reply(429, **headers)))["retry_after"] == limited
    assert vars(refusal(reply(503, **headers)))["retry_after"] == down


def test_texts_repeat_nothing_of_what_was_sent():
    body = {"message": "Jane Caller", "errors": [{"errorCode": "CMN-101", "message": "Jane Caller +15551234"}]}

    for error in (refusal(reply(400, body)), login_refusal(reply(400, body))):
        assert "CMN-101" in str(error)
        assert "Jane" not in str(error)
        assert "5551234" not in str(error)


@pytest.mark.parametrize("code", ["[Log in](https://example.com)", "<b>CMN-101</b>", "x" * 33, "two words"])
def test_what_does_not_look_like_a_code_is_none(code):
    for error in (refusal(reply(400, {"errorCode": code})), login_refusal(reply(400, {"error": code}))):
        assert error.code is None
        assert code not in str(error)


@pytest.mark.parametrize(
    "error",
    [
        ClientCredentialsError("x"),
        UserCredentialsError("x"),
        PermissionMissingError("x", permission=None, of_app=True),
        RateLimitedError("x", retry_after=1),
        UnreachableError("x"),
        RequestRejectedError("x", status=400),
        PayloadError("x"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_every_error_can_be_caught_as_one_of_ringcentral(error):
    assert isinstance(error, RingCentralError)
    assert error.code is None
    assert isinstance(error, AuthenticationError) is (type(error).__name__.endswith("CredentialsError"))
