"""The stage of a fault: an office at work, what its user sees, and what is left when Home Assistant goes."""

import asyncio
from contextlib import suppress

from homeassistant.helpers import issue_registry as ir

from custom_components.ringcentral.const import DOMAIN
from simulator.call import PhoneError
from simulator.errors import ApiError
from tests.office import Office
from tests.waiting import until

# Real seconds in which nothing happens before what is on its way is taken to have arrived.
_QUIET = 0.012
_MOST_REAL_SECONDS = 60.0
# Simulated seconds between what happens in an office that goes on working.
_BUSY = 20.0
_STEADY = 25.0
# Deliveries of a webhook wait for others.
_AT_ONCE = 1.0


class Scene(Office):
    """An office, watched while a fault strikes. Time stands still but for what :meth:`pass_time` lets pass."""

    def __init__(self, hass, entry, simulator, phones, own_clock) -> None:
        super().__init__(hass, entry, simulator, phones)
        self.own_clock = own_clock
        self.clock = simulator.clock
        self.reported = []
        # Who goes on working where nobody else does.
        self.worker = "104"
        self.off_since = None
        self.off_for = 0.0
        self.blind_since = None
        self.blind_for = 0.0
        self.misled_since = None
        self.misled_for = 0.0
        self.issues = set()
        self.was_prompted = False
        self._changes = 0
        self._listened_to = None
        self._stop_working = None
        self._well_since = self._ill_since = None
        # The loop would note where each of the clock's many timers was set.
        hass.loop.set_debug(False)
        self._unlisten = hass.bus.async_listen("*", self._count)

    def close(self) -> None:
        """Listen no more."""
        self._unlisten()
        self.rest()

    def _count(self, _) -> None:
        self._changes += 1

    # Time

    def _activity(self):
        simulator, coordinator = self.simulator, getattr(self.entry, "runtime_data", None)
        return (
            simulator.requests.total(),
            len(simulator.request_log),
            simulator.gateway.requests.total(),
            simulator.gateway.accepted,
            simulator.subscriptions.notified,
            len(simulator.gateway.connections),
            self._changes,
            coordinator.office.counters.total() if coordinator is not None else 0,
            tuple(self.own_clock.waiting),
        )

    async def settle(self) -> None:
        """Wait until nothing moves any more without time passing."""
        quiet = 0
        async with asyncio.timeout(_MOST_REAL_SECONDS):
            while quiet < 3:
                before = self._activity()
                await asyncio.sleep(_QUIET / 3)
                quiet = quiet + 1 if self._activity() == before else 0
        self.look()

    async def pass_time(self, seconds: float, step: float = 0.0) -> None:
        """Let time pass from timer to timer."""
        left = seconds
        await self.settle()
        while left > 1e-6:
            due = self.clock.next_due()
            ahead = min(left, left if due is None else max(due, 1e-3))
            self.clock.advance(ahead + 1e-6)
            left -= ahead
            await self.settle()

    async def time_until(self, condition, within: float) -> float:
        """Return how long it takes until the condition holds; fail if that is longer than it may be."""
        began = self.clock.monotonic()
        await self.settle()
        while not condition():
            passed = self.clock.monotonic() - began
            assert passed <= within, f"not within {within} s: {self.wrong()}"
            due = self.clock.next_due()
            await self.pass_time(min(max(due or 1e-3, 1e-3), 60.0))
        return self.clock.monotonic() - began

    # What the user sees

    def look(self) -> None:
        """Note what the user sees now."""
        now = self.clock.monotonic()
        coordinator = getattr(self.entry, "runtime_data", None)
        if coordinator is not None and coordinator is not self._listened_to:
            self._listened_to = coordinator
            coordinator.stream.async_listen(self.reported.append)
        is_off = self.shown(None, "connection") != "on"
        is_blind = self.shown("101", "presence") == "unavailable"
        self.off_since, self.off_for = _measure(is_off, self.off_since, self.off_for, now)
        self.blind_since, self.blind_for = _measure(is_blind, self.blind_since, self.blind_for, now)
        if not self.wrong():
            self._ill_since = None
            self._well_since = now if self._well_since is None else self._well_since
        else:
            self._ill_since = now if self._ill_since is None else self._ill_since
            if now - self._ill_since > _AT_ONCE:
                self._well_since = None
        if self.is_misleading():
            self.misled_since = now if self.misled_since is None else self.misled_since
            self.misled_for = max(self.misled_for, now - self.misled_since)
        else:
            self.misled_since = None
        self.issues |= self.open_issues()
        self.was_prompted |= self.is_prompting()

    def forget(self) -> None:
        """Begin to look again."""
        self.off_for = self.blind_for = self.misled_for = 0.0
        self.issues, self.was_prompted = set(), False

    def is_misleading(self) -> bool:
        """Tell whether something false is shown, and the connection as sound beside it."""
        return self.shown(None, "connection") == "on" and any(
            "shown unavailable" not in one for one in self.differences()
        )

    def open_issues(self):
        """Return the kinds of repair issues that are open."""
        entry_id = self.entry.entry_id
        return {
            id_.partition(f"_{entry_id}")[0]
            for (domain, id_), issue in ir.async_get(self.hass).issues.items()
            if domain == DOMAIN and issue.active
        }

    def is_prompting(self) -> bool:
        """Return whether the user is asked to log in again."""
        return any(flow["handler"] == DOMAIN for flow in self.hass.config_entries.flow.async_progress())

    def wrong(self):
        """Return all that is not as it should be."""
        found = self.differences()
        if self.shown(None, "connection") != "on":
            found.append("the connection is off")
        if not self.simulator.subscriptions.by_id:
            found.append("nothing is subscribed to")
        found += [f"issue {kind}" for kind in self.open_issues()]
        return found + (["a prompt to log in"] if self.is_prompting() else [])

    def is_healed(self) -> bool:
        """Return whether everything is true and the user has nothing to do."""
        return not self.wrong()

    async def heals(self, within: float) -> float:
        """Let people go on working; return how long it takes until all is well, and what they do shows at once."""
        began, self._well_since = self.clock.monotonic(), None
        self.keep_busy()
        await self.time_until(self._is_steady, within + _STEADY)
        return max(0.0, self._well_since - began)

    def _is_steady(self) -> bool:
        is_well = self._ill_since is None and self._well_since is not None
        return is_well and self.clock.monotonic() - self._well_since >= _STEADY

    # The story

    def begin(self) -> None:
        """One phone rings, two people talk."""
        self.ringing = self.phones.call_in("102", from_name="John Wang", from_number="+14155550123")
        self.talk = self.phones.call_in("103", from_name="Maria Delgado", from_number="+14155550134")
        self.talk.answer()

    async def go_on(self, seconds: float) -> None:
        """Let the office work on for so long: the ringing call is answered, the talk ends, another phone rings."""
        for act in (
            self.ringing.answer,
            lambda: self.phones.set_dnd("105", True),
            self.talk.hang_up,
            lambda: self.phones.call_in("106", from_name="Priya Raman", from_number="+19075550171"),
        ):
            with suppress(PhoneError, ApiError, KeyError):  # One may be of an extension that is gone.
                act()
            if seconds:
                await self.pass_time(seconds / 4)

    def keep_busy(self) -> None:
        """Change something now and every 20 s: only an event shows that events come again."""
        was_busy = self.account.find(self.worker).settings["userStatus"] == "Busy"
        self.phones.set_status(self.worker, "Available" if was_busy else "Busy")
        self._stop_working = self.clock.call_later(_BUSY, self.keep_busy)

    def rest(self) -> None:
        """Let nothing more happen by itself."""
        if self._stop_working is not None:
            self._stop_working()
            self._stop_working = None

    def end(self) -> None:
        """Everybody hangs up."""
        for call in self.phones.calls:
            with suppress(KeyError):
                call.hang_up()

    # What is left

    def tasks_left(self):
        """Return the integration's tasks that still run."""
        return [
            task
            for task in asyncio.all_tasks()
            if (code := getattr(task.get_coro(), "cr_code", None)) is not None
            and "custom_components/ringcentral" in code.co_filename
        ]

    def sockets_left(self):
        """Return the gateway's connections whose other side is still open."""
        return [one for one in self.simulator.gateway.connections if one.is_open]

    async def is_gone(self) -> None:
        """Wait until no task, timer and socket of the integration is left."""
        left = {}
        with suppress(TimeoutError):
            async with asyncio.timeout(_MOST_REAL_SECONDS):
                while left := {
                    "tasks": self.tasks_left(),
                    "timers": list(self.own_clock.waiting.values()),
                    "sockets": self.sockets_left(),
                }:
                    if not any(left.values()):
                        return
                    await asyncio.sleep(0.01)
        raise AssertionError(left)

    async def has_unsubscribed(self) -> None:
        """Wait until the cloud knows of no subscription any more."""
        await until(lambda: not self.simulator.subscriptions.by_id)


def _measure(is_so, since, total, now):
    """Return since when something is so, None if it isn't, and for how long it has been in all."""
    if since is not None:
        total += now - since
    return (now if is_so else None), total
