"""When presence is read, and what a failure of that means: the reader alone, then in Home Assistant."""

import asyncio

import pytest

from custom_components.ringcentral.api.client import PresencePage
from custom_components.ringcentral.api.errors import (
    PermissionMissingError,
    RateLimitedError,
    RequestRejectedError,
    UnreachableError,
    UserCredentialsError,
)
from custom_components.ringcentral.api.models import Presence
from custom_components.ringcentral.diagnostics import describe_office
from custom_components.ringcentral.sync import link
from custom_components.ringcentral.sync.reader import PresenceReader
from custom_components.ringcentral.sync.timers import Timers
from simulator.clock import Clock
from simulator.settings import CloudSettings
from tests.office import Office, find_issue
from tests.waiting import until

QUARTER = 15 * 60.0

AWAY = UnreachableError("No answer from RingCentral: TimeoutError")
HIDDEN = RequestRejectedError("RingCentral answered 404", status=404)
FORBIDDEN = PermissionMissingError("RingCentral answered 403", permission="ReadPresence", of_app=True)
LOGGED_OUT = UserCredentialsError("RingCentral refused the login: 400")


class Cloud:
    """Answers reads as a test says, and notes what was asked and when."""

    def __init__(self, clock):
        self.clock = clock
        # What goes wrong with the next requests, and from now on with single extensions.
        self.failures = []
        self.refusals = {}
        self.listed = {}
        self.asked = []
        self.patient = []
        self.pages = []
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def get_presences(self, extension_ids, *, is_patient=False):
        self.patient.append(is_patient)
        expected = sorted(extension_ids)
        await self._note(",".join(expected))
        return {one: self.refusals.get(one, Presence()) for one in expected}

    async def list_account_presence(self, *, is_patient=False):
        await self._note("account")
        return self.listed

    async def get_account_presence_page(self, number, *, is_patient):
        self.patient.append(is_patient)
        await self._note(f"page {number}")
        return PresencePage(self.pages[number - 1], is_last=number == len(self.pages))

    async def _note(self, expected):
        self.asked.append((round(self.clock.monotonic()), expected))
        await self.may_answer.wait()
        if self.failures:
            raise self.failures.pop(0)


class Listener:
    """Keeps what the reader reports."""

    def __init__(self):
        self.is_connected = True
        self.extensions = ["101", "102", "103"]
        self.read = []
        self.refused = []
        self.changes = 0
        self.successes = 0

    def readable_extensions(self):
        return self.extensions

    def presence_read(self, extension_id, presence, requested_at):
        self.read.append(extension_id)

    def reading_changed(self):
        self.changes += 1

    def reading_refused(self, error):
        self.refused.append(error)

    def reading_succeeded(self):
        self.successes += 1


class TestReader:
    """The reader alone, on a clock that stands still until a test moves it."""

    @pytest.fixture
    def clock(self):
        return Clock(start=0, speed=1e-6)

    @pytest.fixture
    async def cloud(self, clock):
        return Cloud(clock)

    @pytest.fixture
    def listener(self):
        return Listener()

    @pytest.fixture
    async def reader(self, cloud, clock, listener):
        tasks = set()
        timers = Timers(clock)

        def start_task(work, name):
            task = asyncio.create_task(work, name=name)
            tasks.add(task)

        yield PresenceReader(cloud, timers, sink=listener.presence_read, health=listener, start_task=start_task)
        timers.cancel_all()
        for task in tasks:
            task.cancel()
        for result in await asyncio.gather(*tasks, return_exceptions=True):
            assert result is None or isinstance(result, asyncio.CancelledError), result

    @pytest.fixture
    def passes(self, clock):
        async def time_passes(seconds):
            """Let seconds pass, each with what happens in it."""
            for _ in range(seconds):
                clock.advance(1)
                for _ in range(10):
                    await asyncio.sleep(0)

        return time_passes

    @pytest.fixture
    async def running(self, reader, cloud):
        """A reader that has read everything at 0 s and goes on."""
        await reader.read_all()
        reader.start()
        cloud.asked.clear()
        return reader

    # Everything

    async def test_everything_is_read_every_quarter_of_an_hour_while_events_come(self, running, cloud, passes):
        await passes(2 * 900 + 10)
        assert [at for at, _ in cloud.asked] == [pytest.approx(at, abs=5) for at in (900, 1800)]
        assert {expected for _, expected in cloud.asked} == {"101,102,103"}

    async def test_everything_is_read_every_minute_while_none_come(self, running, cloud, listener, passes):
        listener.is_connected = False
        running.push_lost()
        await passes(200)
        assert [at for at, _ in cloud.asked] == [pytest.approx(at, abs=5) for at in (60, 120, 180)]

    async def test_a_lost_link_is_given_some_seconds_to_come_back(self, running, cloud, listener, passes):
        await passes(500)
        listener.is_connected = False
        running.push_lost()
        await passes(4)
        assert cloud.asked == []
        await passes(2)
        assert len(cloud.asked) == 1

    async def test_nothing_is_read_before_the_start_but_on_demand(self, reader, cloud, passes):
        reader.request_all()
        reader.request("101", 0)
        await passes(100)
        assert cloud.asked == []
        reader.start()
        await passes(2)
        assert sorted(expected for _, expected in cloud.asked) == ["101", "101,102,103"]

    async def test_a_failed_read_of_everything_is_repeated_in_a_minute(self, running, cloud, listener, passes):
        cloud.failures = [AWAY, AWAY]
        running.request_all()
        await passes(130)
        assert [at for at, _ in cloud.asked] == [1, 61, 121]
        assert running.is_ok
        assert listener.successes == 2

    async def test_a_failure_is_reported_and_so_is_its_end(self, running, cloud, listener, passes):
        cloud.failures = [AWAY, AWAY]
        running.request_all()
        await passes(2)
        assert not running.is_ok
        assert listener.changes == 1
        await passes(60)
        assert listener.changes == 1, "still failing is no change"
        await passes(60)
        assert running.is_ok
        assert listener.changes == 2

    async def test_a_failure_of_long_ago_says_nothing_once_events_come_again(self, running, cloud, passes):
        cloud.failures = [AWAY]
        running.request_all()
        await passes(2)
        running.push_connected()
        assert running.is_ok

    async def test_a_penalty_is_waited_out(self, running, cloud, passes):
        cloud.failures = [RateLimitedError("RingCentral answered 429", retry_after=200)]
        running.request_all()
        await passes(195)
        assert len(cloud.asked) == 1
        await passes(10)
        assert len(cloud.asked) == 2

    @pytest.mark.parametrize("refusal", [LOGGED_OUT, FORBIDDEN])
    async def test_what_only_the_user_can_fix_is_reported_and_rests_for_a_quarter_of_an_hour(
        self, running, cloud, listener, passes, refusal
    ):
        cloud.failures = [refusal]
        running.request_all()
        await passes(895)
        assert listener.refused == [refusal]
        assert len(cloud.asked) == 1
        await passes(10)
        assert len(cloud.asked) == 2
        assert listener.refused == [refusal]

    async def test_what_is_requested_while_everything_is_being_read_is_read_once_more(self, running, cloud, passes):
        cloud.may_answer.clear()
        running.request_all()
        await passes(2)
        running.request_all(5)
        await passes(10)
        assert len(cloud.asked) == 1, "one read at a time"
        cloud.may_answer.set()
        await passes(2)
        assert len(cloud.asked) == 2

    async def test_a_later_wish_does_not_put_off_an_earlier_one(self, running, cloud, passes):
        running.request_all(3)
        running.request_all(30)
        await passes(5)
        assert [at for at, _ in cloud.asked] == [3]

    async def test_if_nobody_may_be_read_the_missing_permission_is_raised(self, reader, cloud, listener):
        cloud.refusals = dict.fromkeys(listener.extensions, FORBIDDEN)
        with pytest.raises(PermissionMissingError):
            await reader.read_all()
        assert listener.successes == 0

    # Parts

    @pytest.mark.parametrize("failure", [AWAY, RateLimitedError("RingCentral answered 429", retry_after=60)])
    async def test_a_part_that_failed_at_set_up_is_read_again_in_a_minute(
        self, reader, cloud, listener, passes, failure
    ):
        cloud.refusals = {"102": failure}
        await reader.read_all()
        cloud.refusals.clear()
        reader.start()
        assert listener.read == ["101", "103"]
        await passes(62)
        assert cloud.asked[1:] == [(60, "102")]
        assert listener.read == ["101", "103", "102"]
        assert reader.unreadable == frozenset()

    async def test_a_part_that_failed_on_request_is_read_again_in_a_minute(self, running, cloud, passes):
        cloud.refusals = {"102": AWAY}
        running.request("101", 1)
        running.request("102", 1)
        await passes(2)
        cloud.refusals.clear()
        await passes(62)
        assert [expected for _, expected in cloud.asked] == ["101,102", "102"]
        assert running.waiting == 0

    @pytest.mark.parametrize("refusal", [HIDDEN, FORBIDDEN])
    async def test_an_extension_that_may_not_be_read_is_not_asked_for_again_before_everything_is(
        self, running, cloud, listener, passes, refusal
    ):
        cloud.refusals = {"102": refusal}
        running.request("102", 1)
        await passes(880)
        assert [expected for _, expected in cloud.asked] == ["102"]
        assert running.unreadable == {"102"}
        assert listener.changes == 1
        cloud.refusals.clear()
        await passes(30)
        assert running.unreadable == frozenset()
        assert listener.changes == 2

    async def test_questions_about_one_extension_are_asked_every_ten_seconds_at_most(self, running, cloud, passes):
        await passes(60)
        for _ in range(30):
            running.request("101", 0)
            await passes(1)
        assert [at for at, _ in cloud.asked] == [pytest.approx(at, abs=1) for at in (61, 71, 81)]

    async def test_questions_of_one_moment_share_a_request(self, running, cloud, passes):
        await passes(60)
        running.request("101", 0)
        running.request("103", 0)
        await passes(2)
        assert [expected for _, expected in cloud.asked] == ["101,103"]

    async def test_a_request_that_failed_is_repeated_for_all_it_was_about(self, running, cloud, passes):
        cloud.failures = [AWAY]
        running.request("101", 1)
        running.request("103", 1)
        await passes(70)
        assert [expected for _, expected in cloud.asked] == ["101,103", "101,103"]

    async def test_an_extension_that_is_gone_is_not_asked_for(self, running, cloud, passes):
        running.request("101", 3)
        running.request("102", 3)
        running.forget("101")
        await passes(5)
        assert [expected for _, expected in cloud.asked] == ["102"]

    # Many

    async def test_ninety_extensions_are_read_in_bulk(self, reader, cloud, listener):
        listener.extensions = [str(number) for number in range(100, 190)]
        await reader.read_all()
        assert [expected for _, expected in cloud.asked] == [",".join(listener.extensions)]

    async def test_more_are_read_as_a_whole_account_and_those_it_left_out_in_bulk(self, reader, cloud, listener):
        listener.extensions = [str(number) for number in range(100, 191)]
        cloud.listed = {one: Presence() for one in listener.extensions[2:]} | {"elsewhere": Presence()}
        await reader.read_all()
        assert [expected for _, expected in cloud.asked] == ["account", "100,101"]
        assert sorted(listener.read) == listener.extensions

    async def test_an_account_that_lists_nobody_is_asked_again_in_time_not_by_a_hundred_requests(
        self, reader, cloud, listener, passes
    ):
        listener.extensions = [str(number) for number in range(100, 191)]
        await reader.read_all()
        reader.start()
        await passes(55)
        assert [expected for _, expected in cloud.asked] == ["account"]
        cloud.listed = {one: Presence() for one in listener.extensions}
        await passes(10)
        assert sorted(listener.read) == listener.extensions

    # In turn

    async def test_a_small_office_is_read_in_turn_as_a_whole_by_whoever_has_patience(self, running, cloud, listener):
        await running.read_in_turn()
        assert [wanted for _, wanted in cloud.asked] == ["101,102,103"]
        assert cloud.patient == [False, True]
        assert listener.successes == 2

    async def test_a_large_office_is_read_page_after_page_and_again_from_the_first(self, running, cloud, listener):
        listener.extensions = [str(number) for number in range(100, 300)]
        cloud.pages = [{"100": Presence(), "elsewhere": Presence()}, {"101": Presence()}]
        listener.read.clear()
        for _ in range(3):
            await running.read_in_turn()
        assert [wanted for _, wanted in cloud.asked] == ["page 1", "page 2", "page 1"]
        assert listener.read == ["100", "101", "100"]
        assert cloud.patient == [False, True, True, True]

    async def test_a_page_that_fails_is_followed_by_the_first(self, running, cloud, listener):
        listener.extensions = [str(number) for number in range(100, 300)]
        cloud.pages = [{}, {}]
        await running.read_in_turn()
        cloud.failures = [HIDDEN]
        with pytest.raises(RequestRejectedError):
            await running.read_in_turn()
        await running.read_in_turn()
        assert [wanted for _, wanted in cloud.asked] == ["page 1", "page 2", "page 1"]

    async def test_before_the_start_nothing_is_read_in_turn(self, reader, cloud):
        await reader.read_in_turn()
        assert cloud.asked == []

    async def test_a_read_that_failed_in_turn_is_made_up_for_in_a_minute(self, running, cloud, listener, passes):
        running.handle_failure(AWAY)
        assert not running.is_ok
        await passes(58)
        assert cloud.asked == []
        await passes(4)
        assert len(cloud.asked) == 1
        assert running.is_ok

    async def test_what_cannot_be_read_of_events_is_asked_at_once_and_again_but_once_a_minute(
        self, running, cloud, passes
    ):
        await passes(20)
        for _ in range(30):
            running.request_all_for_unreadable()
            await passes(1)
        assert [at for at, _ in cloud.asked] == [21, 26]
        await passes(60)
        assert [at for at, _ in cloud.asked] == [21, 26, 81, 86]


def reads(simulator):
    """Return how often presence has been asked for."""
    return sum(
        count for (method, path), count in simulator.requests.items() if method == "GET" and path.endswith("/presence")
    )


def refuse_presence(simulator, **options):
    simulator.faults.apply({"kind": "status", "status": 503, "path": "*/presence", "method": "GET", **options})


# In Home Assistant


async def test_a_failed_read_after_a_lost_recovery_is_repeated_soon(office, phones):
    refuse_presence(office.simulator)
    await office.lose_for_good()
    phones.set_status("102", "Busy")
    await office.comes_true(lambda: office.shown(None, "connection") == "on", within=60)
    await office.comes_true(lambda: reads(office.simulator) > 1, within=60)
    assert office.differences() != []
    office.simulator.faults.clear()
    await office.comes_true(lambda: not office.differences(), within=200)
    assert office.simulator.gateway.recovered == 0


async def test_a_link_that_comes_up_after_the_set_up_is_followed_by_a_read(hass, entry, simulator, phones, monkeypatch):
    monkeypatch.setattr(link, "_FIRST_ATTEMPT_LIMIT", 0.1)
    simulator.faults.apply({"kind": "slow", "path": "*/wstoken", "seconds": 6, "count": 1})
    office = Office(hass, entry, simulator, phones)
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert office.shown(None, "connection") == "off"
    phones.set_status("102", "Busy")
    await office.comes_true(lambda: office.shown(None, "connection") == "on", within=10, step=1)
    await office.comes_true(lambda: office.shown("102", "presence") == "busy", within=30)
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_pressing_resync_makes_available_what_polling_had_given_up(hass, office):
    office.simulator.faults.apply({"kind": "refuse_socket"})
    refuse_presence(office.simulator)
    office.simulator.gateway.close_abruptly()
    await office.comes_true(lambda: office.shown("102", "presence") == "unavailable", within=120)
    office.simulator.faults.clear("status")
    await hass.services.async_call("button", "press", {"entity_id": office.entity_id(None, "resync")}, blocking=True)
    assert office.shown("102", "presence") == "available"
    office.simulator.faults.clear()


async def test_a_poll_that_failed_long_before_the_link_was_lost_makes_nothing_unavailable(office):
    refuse_presence(office.simulator, count=1)
    failed = reads(office.simulator)
    await office.comes_true(lambda: reads(office.simulator) > failed, within=QUARTER + 60)
    await until(lambda: not describe_office(office.coordinator)["polling_ok"])
    await office.comes_true(lambda: office.simulator.faults.describe() == [], within=60)
    await office.comes_true(lambda: describe_office(office.coordinator)["polling_ok"], within=200)
    office.simulator.gateway.close_abruptly()
    await office.shows(None, "connection", "off")
    assert office.shown("102", "presence") == "available"


async def test_an_extension_whose_presence_is_forbidden_is_not_asked_for_every_ten_seconds(office, phones):
    await office.pass_time(10)
    before = reads(office.simulator)
    office.simulator.faults.apply({"kind": "status", "status": 403, "code": "CMN-408", "path": "*/presence"})
    for number in range(100, 109):
        phones.call_out("103", f"+1415555{number:04}")
    await office.comes_true(lambda: reads(office.simulator) > before, within=30, step=1)
    asked = reads(office.simulator)
    await office.pass_time(200)
    assert reads(office.simulator) <= asked + 1, "into silence everything is read, and no more once that is refused"


async def test_a_refused_login_asks_the_user_and_is_not_hammered(hass, office):
    token = ("POST", "/restapi/oauth/token")
    office.simulator.faults.apply({"kind": "status", "status": 400, "code": "OAU-213", "path": token[1]})
    before = office.simulator.requests[token]
    office.simulator.revoke_sessions()
    office.simulator.gateway.close_abruptly()
    await office.comes_true(hass.config_entries.flow.async_progress, within=120)
    await office.pass_time(2 * QUARTER, step=20)
    assert [flow["context"]["source"] for flow in hass.config_entries.flow.async_progress()] == ["reauth"]
    # Each try asks twice: for another token of the session, then for another session. The link, the lists and presence
    # find out by themselves; after that, presence alone is tried every 15 min.
    assert office.simulator.requests[token] - before <= 12


class TestRefusedFilter:
    """RingCentral sends no events of 103, and of the account only one by one."""

    @pytest.fixture
    def settings(self, account):
        return CloudSettings(
            replay_delay=0, refused_filters=(r"/account/\d+/presence", rf"/extension/{account.find('103').id}/presence")
        )

    async def test_an_extension_without_events_is_read_every_minute(self, office, phones):
        call = phones.call_in("103")
        await office.comes_true(lambda: office.shown("103", "ringing") == "on", within=120)
        call.hang_up()
        await office.comes_true(lambda: office.shown("103", "ringing") == "off", within=120)


async def test_the_repair_issue_goes_when_the_permission_returns(hass, office):
    permissions = office.simulator.login(office.simulator.credentials).application.permissions
    lost = permissions & {"ReadPresence", "EditPresence"}
    permissions -= lost
    await office.comes_true(lambda: find_issue(hass, office.entry, "missing_permission"), within=QUARTER + 100)
    permissions |= lost
    await office.comes_true(lambda: not find_issue(hass, office.entry, "missing_permission"), within=2 * QUARTER)
    await office.comes_true(lambda: office.shown(None, "connection") == "on", within=2 * QUARTER)
