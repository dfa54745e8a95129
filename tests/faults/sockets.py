"""The socket: closed, half-open, silent, slow, refused; and recovering what was on it."""

from tests.faults.fault import Fault, apply


def _fill_buffer(scene) -> None:
    """More happens while the link is down than the gateway keeps (ten notifications here)."""
    apply({"kind": "refuse_socket", "for": 60}, {"kind": "abrupt"})(scene)
    for number in range(12):
        scene.phones.set_status("104", "Busy" if number % 2 else "Available")


def _end_with(code, message):
    return apply({"kind": "error_frame", "code": code, "message": message}, {"kind": "disconnect", "code": 1000})


def _lose_answer_to_subscribing(scene) -> None:
    scene.simulator.faults.apply({"kind": "lose_answer", "method": "POST", "path": "*/subscription/", "count": 1})
    scene.restart_gateway()


_CLOSED = [
    *(
        Fault(name=f"socket closed with code {code} ({meaning})", strike=apply({"kind": "disconnect", "code": code}))
        for code, meaning in (
            (1000, "normal"),
            (1001, "going away"),
            (1008, "policy"),
            (1011, "server error"),
            (4001, "RingCentral's own"),
        )
    ),
    Fault(name="socket broken without a word", strike=apply({"kind": "abrupt"})),
    Fault(
        name="socket broken again as soon as it was back",
        strike=apply({"kind": "abrupt"}),
        mend=apply({"kind": "abrupt"}),
        lasts=8,
    ),
    Fault(name="closed for idleness (WSG-902)", strike=_end_with("WSG-902", "Idle timeout expired")),
    Fault(
        name="closed after its longest life (WSG-903)",
        strike=lambda _: None,
        settings={"absolute_timeout": 150},
        lasts=70,
    ),
    Fault(
        name="an unknown Error frame",
        strike=apply({"kind": "error_frame", "code": "WSG-999"}),
        disconnects=False,
        requests=1,
    ),
    Fault(
        name="half-open socket, others work",
        strike=apply({"kind": "half_open", "new": False, "for": 1}),
        is_busy=True,
        heals_within=90,
    ),
    Fault(
        name="all sockets half-open for 5 min",
        strike=apply({"kind": "half_open"}),
        is_busy=True,
        lasts=300,
        heals_within=300,
        requests=40,
    ),
    Fault(
        name="heartbeats unanswered for 5 min",
        strike=apply({"kind": "mute_heartbeat"}),
        lasts=300,
        requests=40,
    ),
    Fault(
        name="notifications 20 to 40 s late for 2 min",
        strike=apply({"kind": "delay", "min": 20.0, "max": 40.0}),
        lasts=120,
        disconnects=False,
        heals_within=60,
    ),
    Fault(
        name="sockets refused (503) for 10 min",
        strike=apply({"kind": "refuse_socket"}, {"kind": "abrupt"}),
        lasts=600,
        heals_within=450,
        requests=60,
    ),
]

_RECOVERED = [
    Fault(
        name="recovery refused: another session (WSG-1003)",
        strike=apply({"kind": "refuse_recovery", "code": "WSG-1003", "count": 1}, {"kind": "abrupt"}),
    ),
    Fault(
        name="recovery refused: no subscription (WSG-1005)",
        strike=apply({"kind": "refuse_recovery", "code": "WSG-1005", "count": 1}, {"kind": "abrupt"}),
    ),
    Fault(
        name="recovery refused: malformed context (WSG-400)",
        strike=apply({"kind": "refuse_recovery", "code": "WSG-400", "count": 1}, {"kind": "abrupt"}),
    ),
    Fault(
        name="recovery too late (200 s)",
        strike=apply({"kind": "refuse_socket"}, {"kind": "abrupt"}),
        lasts=200,
        heals_within=250,
        requests=30,
    ),
    Fault(
        name="more missed than the gateway keeps",
        strike=_fill_buffer,
        settings={"recovery_buffer": 10},
        lasts=60,
        heals_within=90,
        requests=20,
    ),
    Fault(name="gateway restarted, all its subscriptions gone", strike=lambda scene: scene.restart_gateway()),
    Fault(
        name="gateway restarted, the answer to subscribing again is lost",
        strike=_lose_answer_to_subscribing,
        heals_within=60,
    ),
    Fault(
        name="what was missed is sent twice",
        strike=apply({"kind": "duplicate", "delay": 0.3}, {"kind": "abrupt"}),
        lasts=20,
    ),
    Fault(
        name="subscription deleted behind our back",
        strike=lambda scene: scene.lose_subscriptions(),
        is_busy=True,
        heals_within=90,
        requests=15,
    ),
]

FAULTS = [*_CLOSED, *_RECOVERED]
