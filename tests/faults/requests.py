"""Answers to requests, while no socket works and everything hangs on them."""

from tests.faults.fault import Fault, apply

_NO_SOCKETS = ({"kind": "refuse_socket"}, {"kind": "abrupt"})


def _polling(name, strike, **fields) -> Fault:
    """Return the row for reads that fail so for 5 min, while polling is all there is."""
    return Fault(
        name=name, strike=strike, **{"lasts": 300, "blinds": True, "heals_within": 450, "requests": 60, **fields}
    )


def _spoil_reads(kind, **how):
    return apply({"kind": kind, "path": "*/presence", **how}, *_NO_SOCKETS)


def _answer_reads(status, **how):
    return _spoil_reads("status", status=status, **how)


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
    _polling("401 OAU-128 on reads", _answer_reads(401, code="OAU-128"), prompts=True),
    _polling("401 as an HTML page on reads", _answer_reads(401, body="html")),
    *(_polling(f"401 {code} on reads", _answer_reads(401, code=code)) for code in ("CMN-405", "AGW-402")),
    _polling(
        "403: the app may not read presence (CMN-401)",
        _forbid("ReadPresence", "EditPresence"),
        mend=_permit("ReadPresence", "EditPresence"),
        issue="missing_permission",
        heals_within=_REFUSED,
    ),
    _polling(
        "403: the user may not read presence (CMN-408)",
        _forbid("ReadPresenceStatus"),
        mend=_permit("ReadPresenceStatus"),
        issue="missing_permission",
        heals_within=_REFUSED,
    ),
    *(
        _polling(f"403 {code} on reads", _answer_reads(403, code=code))
        for code in ("CMN-402", "CMN-404", "CMN-403", "CMN-109")
    ),
    _polling("404 CMN-102 on reads", _answer_reads(404, code="CMN-102")),
    _polling("408 on reads", _answer_reads(408)),
    _polling("429 on reads, Retry-After 60", _answer_reads(429, retry_after=60)),
    _polling("429 on reads without Retry-After", _answer_reads(429)),
    _polling("500 on reads", _answer_reads(500)),
    _polling("502 as an HTML page on reads", _answer_reads(502, body="html")),
    _polling("503 on reads, Retry-After 120", _answer_reads(503, retry_after=120)),
    _polling("200 with an HTML page on reads", _answer_reads(200, body="html")),
    _polling("200 with a truncated body on reads", _answer_reads(200, body="truncated")),
    _polling("200 without a body on reads", _answer_reads(200, body="empty")),
    _polling("200 with a broken compressed body on reads", _answer_reads(200, body="broken_gzip")),
    _polling("reads take 15 s", _spoil_reads("slow", seconds=15.0), blinds=False),
    _polling("reads are never answered", _spoil_reads("silent"), patience=0.2),
    _polling("connections reset on reads", _spoil_reads("reset")),
    _polling("answers to reads lost", _spoil_reads("lose_answer")),
    Fault(
        name="all requests answered 503 while the socket works",
        strike=apply({"kind": "status", "status": 503}),
        lasts=1200,
        disconnects=False,
        cuts_off=True,
        requests=60,
    ),
]
