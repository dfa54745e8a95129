"""Tokens: passes for a socket that are refused, sessions that end, refreshes that are lost."""

import base64

from custom_components.ringcentral.const import DOMAIN
from simulator.logins import JWT_GRANT
from tests.faults.fault import Fault, apply

_BREAK = {"kind": "abrupt"}
_TOKEN = {"path": "*/oauth/token"}


def _wstoken(**how):
    return apply({"kind": "status", "path": "*/oauth/wstoken", **how}, _BREAK)


def _permit_sockets(scene) -> None:
    _application(scene).permissions.add("WebSocket")


def _forbid_sockets(scene) -> None:
    _application(scene).permissions.discard("WebSocket")
    scene.simulator.gateway.close_abruptly()


def _application(scene):
    return scene.simulator.login(scene.simulator.credentials).application


def _log_in_elsewhere(scene) -> None:
    """Five more logins of the same user and app: the oldest session, ours, is ended."""
    credentials, simulator = scene.simulator.credentials, scene.simulator
    basic = base64.b64encode(f"{credentials.client_id}:{credentials.client_secret}".encode()).decode()
    for _ in range(5):
        simulator.limits.clear()
        simulator.oauth.token(f"Basic {basic}", {"grant_type": JWT_GRANT, "assertion": credentials.jwt})
    simulator.limits.clear()


def _withdraw_jwt(scene) -> None:
    scene.simulator.oauth.logins[0].jwt = "another"
    scene.simulator.revoke_sessions()


def _change_secret(scene) -> None:
    _application(scene).client_secret = "another"
    scene.simulator.revoke_sessions()


def _refuse_grant(code):
    """Return the action that ends the session, and lets every login be refused with that code."""
    return apply({"kind": "status", "status": 400, "code": code, **_TOKEN}, {"kind": "revoke"})


async def _log_in_again(scene) -> None:
    """Put things right at RingCentral, and enter the same once more in the dialog."""
    scene.simulator.faults.clear()
    credentials = scene.simulator.credentials
    scene.simulator.oauth.logins[0].jwt = credentials.jwt
    _application(scene).client_secret = credentials.client_secret
    flows = scene.hass.config_entries.flow
    (flow,) = [one for one in flows.async_progress() if one["handler"] == DOMAIN]
    entered = {"client_secret": credentials.client_secret, "jwt": credentials.jwt}
    step = await flows.async_configure(flow["flow_id"], entered)
    assert step["reason"] == "reauth_successful", step
    await scene.hass.async_block_till_done()


FAULTS = [
    Fault(
        name="no permission for sockets any more (CMN-401)",
        strike=_forbid_sockets,
        mend=_permit_sockets,
        lasts=300,
        issue="missing_permission",
        heals_within=17 * 60,
        requests=40,
    ),
    Fault(
        name="pass for a socket refused for 5 min (503)",
        strike=_wstoken(status=503),
        lasts=300,
        heals_within=300,
        requests=40,
    ),
    Fault(
        name="pass for a socket limited (429, Retry-After 90)",
        strike=_wstoken(status=429, retry_after=90),
        lasts=60,
        heals_within=120,
        requests=12,
    ),
    Fault(
        name="pass for a socket limited (429 without Retry-After)",
        strike=_wstoken(status=429),
        lasts=120,
        heals_within=120,
        requests=20,
    ),
    Fault(
        name="answer with the pass is lost",
        strike=apply({"kind": "lose_answer", "path": "*/wstoken", "count": 1}, _BREAK),
    ),
    Fault(
        name="pass for a socket takes 15 s",
        strike=apply({"kind": "slow", "path": "*/oauth/wstoken", "seconds": 15.0}, _BREAK),
        lasts=60,
        heals_within=40,
    ),
    Fault(
        name="pass is an HTML page",
        strike=_wstoken(status=200, body="html"),
        lasts=60,
        heals_within=60,
        requests=15,
    ),
    Fault(name="access token expired early", strike=apply({"kind": "expire"})),
    Fault(name="session revoked, the credential still good", strike=apply({"kind": "revoke"})),
    Fault(name="session ended by a sixth login", strike=_log_in_elsewhere),
    Fault(
        name="gateway rejects the token (OAU-128)",
        strike=apply({"kind": "error_frame", "code": "OAU-128", "message": "Access token expired."}),
    ),
    Fault(
        name="answer to the refresh is lost",
        strike=apply({"kind": "lose_answer", "count": 1, **_TOKEN}),
        settings={"access_token_ttl": 400},
        lasts=300,
        disconnects=False,
    ),
    Fault(
        name="refresh refused (OAU-213), the credential still good",
        strike=apply({"kind": "status", "status": 400, "code": "OAU-213", "count": 1, **_TOKEN}),
        settings={"access_token_ttl": 400},
        lasts=400,
        disconnects=False,
        requests=15,
    ),
    Fault(
        name="refresh answered 503 until after the end of the token",
        strike=apply({"kind": "status", "status": 503, **_TOKEN}),
        settings={"access_token_ttl": 400},
        lasts=600,
        blinds=True,
        heals_within=300,
        requests=80,
    ),
    Fault(
        name="token endpoint limited (429) while the session is gone",
        strike=apply({"kind": "status", "status": 429, "retry_after": 60, **_TOKEN}, {"kind": "revoke"}),
        lasts=120,
        blinds=True,
        cuts_off=True,
        heals_within=180,
        requests=20,
    ),
    *(
        Fault(
            name=name,
            strike=strike,
            mend=_log_in_again,
            lasts=120,
            blinds=True,
            prompts=True,
            reloads=True,
            cuts_off=True,
            requests=40,
        )
        for name, strike in (
            ("JWT credential withdrawn", _withdraw_jwt),
            ("the app's secret changed", _change_secret),
            ("this kind of login is unknown to the app (OAU-250)", _refuse_grant("OAU-250")),
            ("this kind of login is forbidden to the app (OAU-251)", _refuse_grant("OAU-251")),
        )
    ),
    Fault(
        name="an HTML page instead of the token",
        strike=apply({"kind": "status", "status": 200, "body": "html", **_TOKEN}, {"kind": "revoke"}),
        lasts=120,
        blinds=True,
        cuts_off=True,
        heals_within=300,
        requests=30,
    ),
]
