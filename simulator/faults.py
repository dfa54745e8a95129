"""Faults on demand: what networks and clouds do wrong, switched on and off by name.

A fault is a JSON object ``{"kind": ..., ...}``; the tables below name the kinds and what each may be given. Every fault
lasts until it is cleared, or for ``count`` uses, or for ``for`` seconds; ``probability`` (default 1) is how often it
strikes. Chance comes from one seeded source, so a run can be repeated.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
import fnmatch
import itertools
import json
import math
import random
from typing import Any

from .clock import Clock
from .malformed import MALFORMED

# Kind of fault -> the names it may be given, with their defaults.
NOTIFICATION_FAULTS: dict[str, dict[str, Any]] = {
    "drop": {},
    "duplicate": {"delay": 0.0},
    "delay": {"min": 0.5, "max": 2.0},
    "reorder": {"window": 1.0},
    "malformed": {"form": "any"},
}
HTTP_FAULTS: dict[str, dict[str, Any]] = {
    "status": {"path": "*", "method": "*", "status": 503, "body": "json", "code": None, "retry_after": None},
    "slow": {"path": "*", "method": "*", "seconds": 10.0},
    "silent": {"path": "*", "method": "*"},
    "reset": {"path": "*", "method": "*"},
    # Done as asked, but nobody is notified of it.
    "lose_answer": {"path": "*", "method": "*"},
}
CONNECTION_FAULTS: dict[str, dict[str, Any]] = {
    "half_open": {"new": True},
    "mute_heartbeat": {},
    "refuse_socket": {"status": 503},
    # WSG-400 says that the context is malformed, and closes; any other code fails the recovery and keeps the socket.
    "refuse_recovery": {"code": "WSG-1005"},
}
# These happen once, at the moment they are applied.
MOMENTS: dict[str, dict[str, Any]] = {
    "disconnect": {"code": 1001, "reason": ""},
    "abrupt": {},
    "error_frame": {"code": "WSG-999", "message": "Something went wrong"},
    "revoke": {},
    "expire": {},
}
COMMON: dict[str, Any] = {"probability": 1.0, "count": None, "for": None}
_OPTIONAL_NUMBERS = frozenset({"count", "for", "retry_after"})
# Only what HTTP and WebSocket can send.
_BOUNDS = {"status": (200, 599), "code": (1000, 4999), "probability": (0, 1)}
STATUS_BODIES = frozenset({"json", "html", "truncated", "empty", "broken_gzip"})

_STATUS_CODES = {401: "OAU-128", 403: "CMN-401", 404: "CMN-102", 429: "CMN-301", 500: "CMN-203", 503: "CMN-201"}
_KINDS = {**NOTIFICATION_FAULTS, **HTTP_FAULTS, **CONNECTION_FAULTS}


@dataclass(slots=True, eq=False)
class Fault:
    """A fault in force."""

    kind: str
    options: dict[str, Any]
    until: float | None
    left: int | None

    def describe(self) -> dict[str, Any]:
        """Return the fault as it may be applied again."""
        return {"kind": self.kind, **self.options}


class Faults:
    """The faults in force."""

    def __init__(self, clock: Clock, seed: int = 0) -> None:
        """Begin without faults."""
        self.active: list[Fault] = []
        self.struck = 0
        self._clock = clock
        self._random = random.Random(seed)
        self._malformed = itertools.cycle(MALFORMED)
        self._moments: dict[str, Callable[..., None]] = {}
        self._starts: dict[str, Callable[..., None]] = {}

    def seed(self, seed: int) -> None:
        """Restart chance, for a run that can be repeated."""
        self._random = random.Random(seed)
        self._malformed = itertools.cycle(MALFORMED)

    def on_moment(self, kind: str, action: Callable[..., None]) -> None:
        """Have a fault of the table of moments done by this action; it is called with the fault's options."""
        self._moments[kind] = action

    def on_start(self, kind: str, action: Callable[..., None]) -> None:
        """Have this action done when a fault of that kind begins; it is called with the fault's options."""
        self._starts[kind] = action

    def apply(self, fault: Mapping[str, Any]) -> None:
        """Switch on a fault, or do it if it is a matter of a moment; raise ValueError if it is none."""
        options = dict(fault)
        kind = options.pop("kind", None)
        if kind in MOMENTS:
            self._moments[kind](**_complete(kind, options, MOMENTS[kind]))
            return
        if kind not in _KINDS:
            raise ValueError(f"There is no fault {kind!r}; there are {', '.join(sorted({*_KINDS, *MOMENTS}))}.")
        options = _complete(kind, options, _KINDS[kind] | COMMON)
        if kind == "malformed" and options["form"] not in {*MALFORMED, "any"}:
            raise ValueError(f"There is no malformed form {options['form']!r}; there are any, {', '.join(MALFORMED)}.")
        if kind == "status" and options["body"] not in STATUS_BODIES:
            raise ValueError(f"The body of a status fault is one of {', '.join(sorted(STATUS_BODIES))}.")
        lasts = options["for"]
        until = None if lasts is None else self._clock.monotonic() + lasts
        self.active.append(Fault(kind, options, until, options["count"]))
        if start := self._starts.get(kind):
            start(**{name: options[name] for name in _KINDS[kind]})

    def clear(self, kind: str | None = None) -> None:
        """Switch off all faults, or those of one kind. What was broken stays broken; nothing new breaks."""
        self.active = [fault for fault in self.active if kind is not None and fault.kind != kind]

    def describe(self) -> list[dict[str, Any]]:
        """Return the faults in force."""
        return [fault.describe() for fault in self._in_force()]

    # What the servers ask

    def strikes(self, kind: str, method: str | None = None, path: str | None = None) -> dict[str, Any] | None:
        """Return the options of a fault of that kind if it strikes now (on that request), else None."""
        for fault in self._in_force():
            if fault.kind != kind or self._random.random() >= fault.options["probability"]:
                continue
            if path is not None and not _concerns(fault.options, method, path):
                continue
            if fault.left is not None:
                fault.left -= 1
            self.struck += 1
            return fault.options
        return None

    def is_on(self, kind: str) -> bool:
        """Whether a fault of that kind is in force, whatever its probability."""
        return any(fault.kind == kind for fault in self._in_force())

    def shape(self, text: str) -> list[tuple[float, str | bytes]]:
        """Return what becomes of a notification: the frames to send, each with the seconds to wait before."""
        if not self.active:
            return [(0.0, text)]
        if self.strikes("drop") is not None:
            return []
        frame: str | bytes = text
        if (malformed := self.strikes("malformed")) is not None:
            form = next(self._malformed) if malformed["form"] == "any" else malformed["form"]
            frame = MALFORMED[form](text)
        wait = 0.0
        if (delay := self.strikes("delay")) is not None:
            wait += self._random.uniform(delay["min"], delay["max"])
        if (reorder := self.strikes("reorder")) is not None:
            wait += self._random.uniform(0, reorder["window"])
        frames = [(wait, frame)]
        if (duplicate := self.strikes("duplicate")) is not None:
            frames.append((wait + duplicate["delay"], frame))
        return frames

    def _in_force(self) -> Iterator[Fault]:
        now = self._clock.monotonic()
        self.active = [
            fault
            for fault in self.active
            if (fault.until is None or now < fault.until) and (fault.left is None or fault.left > 0)
        ]
        return iter(list(self.active))


def status_body(options: Mapping[str, Any]) -> tuple[str, str]:
    """Return body and content type of an answer made by a status fault.

    That of a ``broken_gzip`` is still to be compressed, and to be spoiled.
    """
    status = options["status"]
    code = options["code"] or _STATUS_CODES.get(status, "CMN-203")
    message = f"Simulated failure {status}"
    text = json.dumps({"errorCode": code, "message": message, "errors": [{"errorCode": code, "message": message}]})
    return {
        "json": (text, "application/json"),
        "broken_gzip": (text, "application/json"),
        "html": (f"<html><head><title>{status}</title></head><body>nginx</body></html>", "text/html"),
        "truncated": (text[: len(text) // 2], "application/json"),
        "empty": ("", "application/json"),
    }[options["body"]]


def _complete(kind: str, options: dict[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    if unknown := sorted(options.keys() - known.keys()):
        raise ValueError(f"A fault {kind!r} has no {', '.join(unknown)}; it has {', '.join(known) or 'no options'}.")
    for name, value in options.items():
        if not _fits(name, value, known[name]):
            raise ValueError(f"A fault {kind!r} cannot have {name} {value!r}.")
    return {**known, **options}


def _fits(name: str, value: object, default: object) -> bool:
    """Whether a value may stand in the place of the default."""
    if value is None or default is None:
        return default is None and (value is None or name not in _OPTIONAL_NUMBERS or _fits(name, value, 0.0))
    if isinstance(default, bool | str):
        return isinstance(value, type(default))
    if isinstance(value, bool) or not isinstance(value, int | float) or (isinstance(default, int) and value % 1):
        return False
    lowest, highest = _BOUNDS.get(name, (0, math.inf))
    return lowest <= value <= highest and math.isfinite(value)


def _concerns(options: Mapping[str, Any], method: str | None, path: str) -> bool:
    return options["method"] in {"*", method} and fnmatch.fnmatch(path, options["path"])
