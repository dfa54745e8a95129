"""An office's phones as Home Assistant shows them, and the truth to compare with."""

from homeassistant.helpers import entity_registry as er, issue_registry as ir

from custom_components.ringcentral.const import DOMAIN, WATCH_ACCOUNT
from custom_components.ringcentral.sync.reader import URGENT_INTERVAL
from custom_components.ringcentral.sync.roster import choices
from tests.truth import call_state
from tests.waiting import until, until_quiet

PRESENCE = {"Available": "available", "Busy": "busy", "Offline": "offline"}
DND = {
    "TakeAllCalls": "take_all_calls",
    "DoNotAcceptDepartmentCalls": "do_not_accept_queue_calls",
    "TakeDepartmentCallsOnly": "take_queue_calls_only",
    "DoNotAcceptAnyCalls": "do_not_accept_any_calls",
}
PLATFORMS = {
    **dict.fromkeys(
        [
            "accept_queue_calls",
            "connection",
            "meeting",
            "on_call",
            "pick_up_calls_on_hold",
            "ring_on_monitored_call",
            "ringing",
            "see_my_presence",
        ],
        "binary_sensor",
    ),
    **dict.fromkeys(["call", "voicemail"], "event"),
    **dict.fromkeys(["mark_missed_calls_seen", "resync"], "button"),
    **dict.fromkeys(["set_status", "set_dnd"], "select"),
    **dict.fromkeys(
        ["set_accept_queue_calls", "set_pick_up_calls_on_hold", "set_ring_on_monitored_call", "set_see_my_presence"],
        "switch",
    ),
    "set_status_message": "text",
}
# The call that matters most comes first.
IMPORTANCE = ("ringing", "connected", "dialing", "on_hold", "parked")


def entry_data(simulator, login):
    """Return an entry's data for a login."""
    return {
        "client_id": login.client_id,
        "client_secret": login.client_secret,
        "jwt": login.jwt,
        "server": simulator.url,
    }


def find_issue(hass, entry, kind):
    """Return an entry's repair issue of a kind, or None; the first if there are several."""
    issues = ir.async_get(hass).issues.items()
    prefix = f"{kind}_{entry.entry_id}"
    return next((one for (domain, id_), one in issues if domain == DOMAIN and id_.startswith(prefix)), None)


class Office:
    """Home Assistant beside the simulated office."""

    def __init__(self, hass, entry, simulator, phones) -> None:
        self.hass = hass
        self.entry = entry
        self.simulator = simulator
        self.account = simulator.account
        self.phones = phones

    async def set_up(self) -> None:
        """Set the entry up and wait for the link."""
        assert await self.hass.config_entries.async_setup(self.entry.entry_id)
        await self.hass.async_block_till_done()
        await until(lambda: self.coordinator.link.is_connected)
        await self.settle()
        if self.simulator.settings.sequence == "two_counters":
            await self._show_that_two_servers_count()
        if self._calls_are_only_read:
            # As if the last read were long ago, so that the first question is asked at once.
            self.coordinator.reader._last_reads.clear()
        if not self.simulator.settings.account_filter_has_detail:
            await self._show_that_account_events_are_simple()

    async def _show_that_two_servers_count(self) -> None:
        """Let a morning's worth of events pass, by which it is learned that their numbers can't be relied on."""
        if str(self.account.find("101").id) not in self.coordinator.extensions:
            return
        for _ in range(30):
            for status in ("Busy", "Available"):
                self.phones.set_status("101", status)
                self.simulator.clock.advance(0.002)
        await self.settle()
        assert self.coordinator.office.reliability["is_sequence_trusted"] is False

    async def _show_that_account_events_are_simple(self) -> None:
        """Let somebody else have a call, by which it is learned that only filters for extensions bring calls."""
        if self.coordinator.link.coverage.is_account_filter_refused or WATCH_ACCOUNT not in choices(self.entry.options):
            return
        call = self.phones.call_out("107", "+14155550111")
        call.answer()
        call.hold()
        await self.settle()
        call.hang_up()
        await self.settle()
        assert self.coordinator.link.coverage.is_account_filter_refused

    @property
    def coordinator(self):
        return self.entry.runtime_data

    async def settle(self) -> None:
        """Wait until what was sent has arrived, what came of it is done, and so are reads that were begun."""
        await self._until_quiet()
        while (seconds := self._seconds_to_wait()) is not None:
            self.simulator.clock.advance(max(seconds, 0.001))
            await self._until_quiet()

    async def _until_quiet(self) -> None:
        await until_quiet()
        await self.hass.async_block_till_done()
        await until_quiet()

    def _seconds_to_wait(self) -> float | None:
        """Return after how many seconds an event that is held back goes on, or what events leave open is read."""
        coordinator = getattr(self.entry, "runtime_data", None)
        if coordinator is None:
            return None
        dues = [coordinator.office.hold_back.due]
        if self._calls_are_only_read and coordinator.reader.is_ok:
            dues += coordinator.reader._due.values()
        # What is less urgent comes when it comes, in any cloud.
        now = self.simulator.clock.monotonic()
        return min((due - now for due in dues if due is not None and due <= now + URGENT_INTERVAL), default=None)

    async def pass_time(self, seconds: float, step: float = 5.0) -> None:
        """Let simulated time pass in steps, with what happens in it."""
        while seconds > 0:
            self.simulator.clock.advance(min(step, seconds))
            seconds -= step
            await self.settle()

    @property
    def _calls_are_only_read(self) -> bool:
        """Whether events say that there is a call, and nothing of it."""
        return self.simulator.settings.event_status == "above_empty_list"

    @property
    def _says_what_is_final(self) -> bool:
        settings = self.simulator.settings
        is_said = settings.final_termination and settings.event_form != "2015"
        return is_said and settings.lists_ended_calls and not self._calls_are_only_read

    async def pass_silence(self) -> None:
        """Let the time pass in which ringing that has ended may go on; it can't after an end that is final."""
        if not self._says_what_is_final:
            await self.pass_time(1.6)

    async def pass_verdict(self) -> None:
        """Let the time pass until it is reported what became of a call; an end may be one that is not final."""
        await self.pass_time(3 if self._says_what_is_final else 12)

    async def comes_true(self, condition, within: float, step: float = 5.0) -> None:
        """Let simulated time pass until the condition holds; it has to within that many seconds."""
        end = self.simulator.clock.monotonic() + within
        while not condition():
            assert self.simulator.clock.monotonic() < end, f"not within {within} s"
            await self.pass_time(step, step)

    def lose_subscriptions(self) -> None:
        """Let the cloud forget what was subscribed to."""
        for subscription in list(self.simulator.subscriptions.by_id.values()):
            self.simulator.subscriptions.remove(subscription)

    def restart_gateway(self) -> None:
        """Break the link and what it could be recovered from."""
        self.lose_subscriptions()
        self.simulator.gateway.close_abruptly()

    async def lose_for_good(self) -> None:
        """Wait for the loss of a link that cannot be recovered."""
        self.restart_gateway()
        await self.shows(None, "connection", "off")

    async def miss_a_call(self, number="101", *, rings=0.0, **caller) -> None:
        """Let an extension miss a call that rings for so long, and wait for the verdict."""
        call = self.phones.call_in(number, **caller)
        await self.shows(number, "ringing", "on")
        # What the event left open is read at once, not after all that time.
        await self.pass_time(min(rings, 1))
        self.simulator.clock.advance(max(rings - 1, 0))
        call.hang_up()
        await self.shows(number, "ringing", "off")
        await self.pass_verdict()

    async def until_true(self, seconds: float = 60) -> None:
        """Wait until every entity shows the truth; say which does not if that never comes."""
        try:
            await until(lambda: not self.differences(), seconds)
        except TimeoutError:
            raise AssertionError("\n".join(self.differences())) from None

    def spelled(self, number: str) -> str:
        """Return a number as the cloud writes it in presence."""
        return number if self.simulator.settings.plus else number.removeprefix("+")

    # What is shown

    def find_entity(self, number, key) -> str | None:
        """Return the entity of an extension, by the number that people dial; None for the account's."""
        login = self.simulator.credentials.extension_id
        platform = PLATFORMS.get(key, "sensor")
        unique_id = f"{login}-{key}" if number is None else f"{login}-{self.account.find(number).id}-{key}"
        return er.async_get(self.hass).async_get_entity_id(platform, DOMAIN, unique_id)

    def entity_id(self, number, key) -> str:
        """Return an entity that has to be there."""
        found = self.find_entity(number, key)
        assert found is not None, (number, key)
        return found

    def state(self, number, key):
        """Return an entity's whole state."""
        return self.hass.states.get(self.entity_id(number, key))

    def shown(self, number, key) -> str:
        """Return an entity's state in a word."""
        return self.state(number, key).state

    async def shows(self, number, key, word) -> None:
        """Wait until an entity shows that word."""
        try:
            await until(lambda: self.shown(number, key) == word)
        except TimeoutError:
            raise AssertionError(f"{number} {key} shows {self.state(number, key)}, not {word}") from None
        if self._calls_are_only_read:
            await self.settle()

    # What is true

    def expected(self, extension):
        """Return what an extension's entities must show, by key."""
        login = self.simulator.credentials.extension_id
        truth = self.account.visible_truth(extension.id, login)
        states = sorted((call_state(leg) for leg in truth.calls), key=IMPORTANCE.index)
        return {
            "presence": PRESENCE[truth.fields["presenceStatus"]],
            "dnd": DND.get(truth.fields["dndStatus"], "unknown"),
            "call_state": states[0] if states else "idle",
            "ringing": "on" if "ringing" in states else "off",
            "on_call": "on" if {"connected", "on_hold"} & set(states) else "off",
            "calls": sorted(states),
        }

    def differences(self) -> list[str]:
        """Return where what is shown of phones differs from the truth."""
        found = []
        for extension_id, watched in self.coordinator.extensions.items():
            if not watched.has_presence:
                continue
            extension = self.account.extensions.get(int(extension_id))
            if extension is None:
                found.append(f"{extension_id} is no longer in the account")
                continue
            for key, asked_for in self.expected(extension).items():
                state = self.state(extension.number, "call_state" if key == "calls" else key)
                shown = state.state
                if key == "calls":
                    calls = state.attributes.get("calls", [])
                    shown = sorted(call["state"] for call in calls if call["state"] != "ended")
                if shown != asked_for:
                    found.append(f"{extension.number} {key}: shown {shown}, true {asked_for}")
        return found
