"""A cloud that means something else than was believed: each dialect of the connection, from some moment on."""

from dataclasses import replace

from custom_components.ringcentral.const import WATCH_ACCOUNT, WATCH_CHOSEN, WATCH_FAVORITES, WATCH_LINES, WATCH_OWN
from simulator.filter_refusals import FILTER_REFUSALS
from tests.faults.fault import Fault, apply
from tests.faults.happenings import _USERS, _accept, _accept_and_reload, _refuse
from tests.faults.tokens import _log_in_elsewhere

_ACCOUNT = r"/account/\d+/presence\?"
_ONE = r"/extension/{id}/presence\?"


def _speak(*then, **settings):
    """Return the action that lets the cloud speak a dialect, and then do something."""

    def strike(scene):
        for name, value in settings.items():
            setattr(scene.simulator.settings, name, value)
        scene.simulator.subscriptions.fail_on_refusal = "filter_refusal" in settings
        for act in then:
            act(scene)

    return strike


def _revoke(scene) -> None:
    scene.simulator.revoke_sessions()


def _expire(scene) -> None:
    scene.simulator.expire_tokens()


def _break(scene) -> None:
    scene.simulator.gateway.close_abruptly()


def _restart(scene) -> None:
    scene.restart_gateway()


async def _permit_all_and_reload(scene) -> None:
    scene.simulator.settings.filter_limit = None
    await _accept_and_reload(scene)


def _refuse_list(path, status, code):
    """Return the action that lets a list be refused, and makes Home Assistant read it again."""

    def strike(scene):
        scene.simulator.faults.apply({"kind": "status", "path": path, "method": "GET", "status": status, "code": code})
        scene.restart_gateway()

    return strike


async def _reload(scene) -> None:
    assert await scene.hass.config_entries.async_reload(scene.entry.entry_id)


async def _detail_again_and_reload(scene) -> None:
    scene.simulator.settings.account_filter_has_detail = True
    await _reload(scene)


def _answer_a_call(scene) -> None:
    scene.phones.call_in("104", from_name="Harbor Dental").answer()


def _refuse_features(status, code):
    """Return the action that lets the features be refused to a Home Assistant that starts."""

    async def strike(scene):
        refusal = {"kind": "status", "path": "*/features", "method": "GET", "status": status, "code": code}
        scene.simulator.faults.apply(refusal)
        await _reload(scene)

    return strike


def _list_again(scene) -> None:
    scene.simulator.faults.clear()
    scene.restart_gateway()


_REFUSED = [
    Fault(
        name=f"the filter for the whole account is refused with {code}",
        strike=_speak(_refuse(_ACCOUNT), filter_refusal=code),
        mend=_accept_and_reload,
        lasts=60,
        issue="hidden_extensions",
        reloads=True,
        heals_within=60,
        requests=30,
    )
    for code in FILTER_REFUSALS
]

_CHOSEN = {"watch": [WATCH_OWN, WATCH_CHOSEN], "extensions": _USERS}

FAULTS = [
    *_REFUSED,
    Fault(
        name="a filter is left out without a word",
        strike=_speak(_refuse(_ONE), hide_refused_filters=True),
        mend=_accept,
        options=_CHOSEN,
        lasts=60,
        issue="hidden_extensions",
        heals_within=60,
        requests=30,
    ),
    Fault(
        name="no more than five filters in a subscription",
        strike=_speak(_restart, filter_limit=5),
        mend=_permit_all_and_reload,
        options=_CHOSEN,
        lasts=60,
        issue="hidden_extensions",
        reloads=True,
        heals_within=60,
        requests=30,
    ),
    Fault(
        name="session revoked, the socket falls silent",
        strike=_speak(_revoke, socket_after_token="silent"),
        is_busy=True,
        heals_within=90,
        requests=15,
    ),
    Fault(
        name="access token expired early, the socket answers 401",
        strike=_speak(_expire, socket_after_token="rejects"),
        is_busy=True,
        heals_within=90,
        requests=15,
    ),
    Fault(
        name="session ended by a sixth login, the socket falls silent",
        strike=_speak(_log_in_elsewhere, socket_after_token="silent"),
        is_busy=True,
        heals_within=90,
        requests=15,
    ),
    Fault(
        name="subscriptions can't be read through the socket",
        strike=_speak(socket_reads_subscriptions=False),
        lasts=1000,
        disconnects=False,
        requests=40,
    ),
    Fault(
        name="heartbeats are never answered",
        strike=_speak(answers_heartbeats=False),
        lasts=600,
        disconnects=True,
        requests=20,
    ),
    Fault(
        name="a pass is refused after the upgrade (4400)",
        strike=_speak(_break, ws_token_refusal="close", ws_token_ttl=0),
        mend=_speak(ws_token_ttl=30),
        lasts=60,
        heals_within=120,
        requests=20,
    ),
    Fault(
        name="the newest socket of a session closes the former",
        strike=_speak(_break, newest_socket_wins=True),
    ),
    Fault(
        name="bulk reads come as multipart/mixed",
        strike=_speak(_restart, bulk_reads="mixed"),
    ),
    Fault(
        name="bulk reads are refused (400)",
        strike=_speak(_restart, bulk_reads="refused"),
        requests=25,
    ),
    Fault(
        name="the filter for the whole account brings no calls any more",
        strike=_speak(_answer_a_call, account_filter_has_detail=False),
        mend=_detail_again_and_reload,
        lasts=120,
        disconnects=False,
        issue="hidden_extensions",
        reloads=True,
        heals_within=60,
        requests=30,
    ),
    Fault(
        name="subscriptions can't be read in any way (503)",
        strike=apply({"kind": "status", "path": "*/subscription/*", "method": "GET", "status": 503}),
        lasts=400,
        disconnects=False,
        requests=30,
    ),
    *(
        Fault(
            name=f"the list of {name} is refused ({status} {code})",
            strike=_refuse_list(path, status, code),
            mend=_list_again,
            options={"watch": [WATCH_ACCOUNT, watched]},
            lasts=60,
            issue="list_refused",
            heals_within=60,
            requests=20,
        )
        for name, path, watched in (
            ("favorites", "*/favorite", WATCH_FAVORITES),
            ("lines", "*/presence/line", WATCH_LINES),
        )
        for status, code in ((404, "CMN-120"), (403, "CMN-404"))
    ),
    *(
        Fault(
            name=f"the list of features is refused ({status} {code})",
            strike=_refuse_features(status, code),
            lasts=60,
            disconnects=False,
            reloads=True,
            requests=20,
        )
        for status, code in ((404, "CMN-120"), (403, "CMN-401"))
    ),
    *(
        replace(fault, transport="webhook", name=f"webhook: {fault.name}")
        for fault in (
            Fault(
                name="deliveries without our token",
                strike=_speak(sends_verification_token=False),
                mend=_speak(sends_verification_token=True),
                lasts=200,
                disconnects=False,
                issue="webhook",
                heals_within=7 * 3600,
                requests=600,
            ),
            Fault(
                name="the subscription ends with its session",
                strike=_speak(_revoke, webhook_ends_with_session=True),
                disconnects=False,
                heals_within=90,
                requests=20,
            ),
        )
    ),
]
