"""Answers to requests, while no socket works and everything hangs on them."""

from tests.faults.fault import Fault, apply

_NO_SOCKETS = ({"kind": "refuse_socket"}, {"kind": "abrupt"})


def _polling(name, *, blinds=True, **how) -> Fault:
    """Return the row for reads that are answered so for 5 min, while polling is all there is."""
    fields = {key: how.pop(key) for key in ("issue", "heals_within", "requests", "prompts") if key in how}
    fault = {"kind": "status", "path": "*/presence", **how}
    fields = {"heals_within": 450, "requests": 60, **fields}
    return Fault(name=name, strike=apply(fault, *_NO_SOCKETS), lasts=300, blinds=blinds, **fields)


def _forbid(*permissions):
    def strike(scene):
        login = scene.simulator.login(scene.simulator.credentials)
        login.permissions.difference_update(permissions)
        login.application.permissions.difference_update(permissions)
        apply(*_NO_SOCKETS)(scene)

    return strike


def _permit(*permissions):
    def mend(scene):
        login = scene.simulator.login(scene.simulator.credentials)
        login.permissions.update(one for one in permissions if one.endswith("Status"))
        login.application.permissions.update(one for one in permissions if not one.endswith("Status"))
        scene.simulator.faults.clear()

    return mend


_REFUSED = 16 * 60

FAULTS = [
    _polling("401 OAU-128 on reads", status=401, code="OAU-128", prompts=True),
    _polling("401 as an HTML page on reads", status=401, body="html", prompts=True),
    Fault(
        name="403: the app may not read presence (CMN-401)",
        strike=_forbid("ReadPresence", "EditPresence"),
        mend=_permit("ReadPresence", "EditPresence"),
        lasts=300,
        blinds=True,
        issue="missing_permission",
        heals_within=_REFUSED,
        requests=60,
    ),
    Fault(
        name="403: the user may not read presence (CMN-408)",
        strike=_forbid("ReadPresenceStatus"),
        mend=_permit("ReadPresenceStatus"),
        lasts=300,
        blinds=True,
        issue="missing_permission",
        heals_within=_REFUSED,
        requests=60,
    ),
    *(_polling(f"403 {code} on reads", status=403, code=code) for code in ("CMN-402", "CMN-404", "CMN-403", "CMN-109")),
    _polling("404 CMN-102 on reads", status=404, code="CMN-102"),
    _polling("408 on reads", status=408),
    _polling("429 on reads, Retry-After 60", status=429, retry_after=60),
    _polling("429 on reads without Retry-After", status=429),
    _polling("500 on reads", status=500),
    _polling("502 as an HTML page on reads", status=502, body="html"),
    _polling("503 on reads, Retry-After 120", status=503, retry_after=120),
    _polling("200 with an HTML page on reads", status=200, body="html"),
    _polling("200 with a truncated body on reads", status=200, body="truncated"),
    _polling("200 without a body on reads", status=200, body="empty"),
    _polling("200 with a broken compressed body on reads", status=200, body="broken_gzip"),
    Fault(
        name="reads take 15 s",
        strike=apply({"kind": "slow", "path": "*/presence", "seconds": 15.0}, *_NO_SOCKETS),
        lasts=300,
        heals_within=450,
        requests=60,
    ),
    Fault(
        name="reads are never answered",
        strike=apply({"kind": "silent", "path": "*/presence"}, *_NO_SOCKETS),
        lasts=300,
        blinds=True,
        patience=0.2,
        heals_within=450,
        requests=60,
    ),
    Fault(
        name="connections reset on reads",
        strike=apply({"kind": "reset", "path": "*/presence"}, *_NO_SOCKETS),
        lasts=300,
        blinds=True,
        heals_within=450,
        requests=60,
    ),
    Fault(
        name="answers to reads lost",
        strike=apply({"kind": "lose_answer", "path": "*/presence"}, *_NO_SOCKETS),
        lasts=300,
        blinds=True,
        heals_within=450,
        requests=60,
    ),
    Fault(
        name="all requests answered 503 while the socket works",
        strike=apply({"kind": "status", "status": 503}),
        lasts=1200,
        disconnects=False,
        cuts_off=True,
        requests=40,
    ),
]
