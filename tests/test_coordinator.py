"""Events on their way to the state machine: real sockets, real Home Assistant."""

from dataclasses import replace
from datetime import UTC, datetime
import json
import logging

from homeassistant.core import callback
import pytest

from custom_components.ringcentral.api.gateway import Backoff
from custom_components.ringcentral.diagnostics import describe_office
from simulator.account import Account, large_account
from simulator.clock import Clock
from simulator.events import Notification
from simulator.extension import Extension
from simulator.faults import MALFORMED
from simulator.settings import CloudSettings
from tests.office import Office
from tests.samples import payload
from tests.waiting import until


def record_transitions(office):
    """Return the list that every transition from now on is added to."""
    seen = []
    office.coordinator.stream.async_listen(seen.append)
    return seen


# The way of an event


async def test_a_ringing_phone_shows_its_caller(office, phones):
    phones.call_in("101", from_number="+14155550123", from_name="John Wang")
    await office.shows("101", "ringing", "on")
    assert office.shown("101", "call_state") == "ringing"
    caller = office.state("101", "caller")
    assert caller.state == "John Wang"
    assert caller.attributes["number"] == "+14155550123"
    assert caller.attributes["direction"] == "inbound"
    assert caller.attributes["queue"] is False
    assert office.shown("102", "ringing") == "off"


async def test_a_call_that_events_do_not_name_rings_at_once_and_has_its_caller_two_seconds_later(office, phones, clock):
    office.account.settings.speak(["status_above_empty_list"])
    seen = record_transitions(office)
    await office.coordinator.reader.read(str(phones.find("101").id))
    phones.call_in("101", from_name="John Wang")
    await until(lambda: office.shown("101", "ringing") == "on")
    assert office.shown("101", "caller") != "John Wang"
    clock.advance(2)
    await office.settle()
    assert office.shown("101", "caller") == "John Wang"
    assert len(seen) == 1


async def test_a_call_from_ring_to_end(office, phones):
    seen = record_transitions(office)
    call = phones.call_in("101")
    await office.shows("101", "call_state", "ringing")
    call.answer()
    await office.shows("101", "call_state", "connected")
    assert (office.shown("101", "ringing"), office.shown("101", "on_call")) == ("off", "on")
    assert office.shown("101", "presence") == "busy"
    call.hold()
    await office.shows("101", "call_state", "on_hold")
    call.resume()
    await office.shows("101", "call_state", "connected")
    call.hang_up()
    await office.shows("101", "call_state", "idle")
    await office.pass_time(3)
    assert [str(transition.kind) for transition in seen] == ["ringing", "answered", "held", "resumed", "ended"]
    assert office.shown("101", "caller") == "no_call"


async def test_a_queue_call_rings_every_member_and_is_answered_elsewhere(office, phones):
    seen = record_transitions(office)
    call = phones.call_queue("200")
    members = call.ringing
    await office.until_true()
    call.answer()
    await office.until_true()
    call.hang_up()
    await office.settle()
    await office.pass_time(3)
    ends = {(one.extension_id, str(one.kind)) for one in seen if str(one.kind) not in {"ringing", "answered"}}
    answering, *others = members
    assert ends == {(str(answering), "ended")} | {(str(other), "answered_elsewhere") for other in others}


async def test_an_event_wakes_only_the_entities_whose_value_changes(hass, office, phones):
    written = []

    @callback
    def note(event):
        written.append(event.data["entity_id"])

    hass.bus.async_listen("state_changed", note)
    phones.set_dnd("102", True)
    await office.until_true()
    assert sorted(written) == sorted([office.entity_id("102", "dnd"), office.entity_id("102", "presence")])


async def test_duplicated_and_reordered_events_report_each_thing_once(office, phones, clock):
    office.simulator.faults.apply({"kind": "duplicate", "delay": 0.2})
    office.simulator.faults.apply({"kind": "reorder", "window": 0.5})
    seen = record_transitions(office)
    call = phones.call_in("101")
    clock.advance(1)
    await office.shows("101", "ringing", "on")
    call.answer()
    clock.advance(1)
    await office.shows("101", "on_call", "on")
    call.hang_up()
    clock.advance(1)
    await office.shows("101", "call_state", "idle")
    await office.pass_time(3)
    assert [str(transition.kind) for transition in seen] == ["ringing", "answered", "ended"]
    assert office.coordinator.office.counters["duplicate"] > 0


async def test_more_than_seven_calls_are_completed_by_a_read(office, phones, clock):
    calls = [phones.call_out("101", f"+1415555{number:04}") for number in range(100, 109)]
    for call in calls:
        call.answer()
    await office.settle()
    clock.advance(6)
    await office.until_true()
    attribute = office.state("101", "call_state").attributes["calls"]
    assert sum(call["state"] == "connected" for call in attribute) == 9


# The documented example


@pytest.fixture
def documented():
    return payload("event-detailed-presence.doc")


class TestDocumentedExample:
    """The example event of RingCentral's guide, as it stands, on its day."""

    @pytest.fixture
    def clock(self):
        return Clock(start=datetime(2016, 2, 18, 9, 37, 24, 700_000, tzinfo=UTC).timestamp())

    @pytest.fixture
    def account(self, clock):
        return Account(400131426008, clock, [Extension(id=6610372004, number="101", name="Front Desk")])

    async def test_it_shows_in_every_entity_it_touches(self, office, documented):
        seen = record_transitions(office)
        office.simulator.gateway.connections[0].notify(Notification(documented["uuid"], json.dumps(documented)))
        await office.shows("101", "presence", "busy")
        assert office.shown("101", "dnd") == "take_all_calls"
        assert office.shown("101", "call_state") == "connected"
        assert office.shown("101", "ringing") == "off"
        assert office.shown("101", "on_call") == "on"
        caller = office.state("101", "caller")
        assert caller.state == "John Wang"
        assert (caller.attributes["number"], caller.attributes["direction"]) == ("+18775380038", "inbound")
        assert caller.attributes["queue"] is True
        await office.pass_time(1)
        assert [str(transition.kind) for transition in seen] == ["answered"]
        connected, ended = office.state("101", "call_state").attributes["calls"]
        assert {key: value for key, value in connected.items() if key != "call_id"} == {
            "state": "connected",
            "direction": "inbound",
            "queue": True,
            "queue_name": None,
            "from": "+18775380038",
            "from_name": "John Wang",
            "to": "+18445810019",
            "to_name": None,
            "number_text": "+1 877 538 0038",
            "withheld": False,
            "called_number": "+18445810019",
            "called_name": None,
            "start": "2016-02-18T09:37:24.322000+00:00",
            "session_id": "17133704004",
            "telephony_session_id": "Y3MxNjk4ODA5MTYxMzUyOTU5OUAxMC4zMi40NS44NA",
            "party_id": "cs171843418296416309-2",
            "on_behalf_of": None,
            "termination_type": None,
        }
        assert {key: value for key, value in ended.items() if key != "call_id"} == {
            "state": "ended",
            "direction": "outbound",
            "queue": False,
            "queue_name": None,
            "from": "+18776480025",
            "from_name": None,
            "to": "+18445654321",
            "to_name": None,
            "number_text": "+1 844 565 4321",
            "withheld": False,
            "called_number": None,
            "called_name": None,
            "start": "2016-02-18T09:37:24.322000+00:00",
            "session_id": "17133804005",
            "telephony_session_id": "Y3MxNjytruODA5MTYxMzUyOTU5OUAxMC4zMi40NS44NA",
            "party_id": "cs671843418296416309-2",
            "on_behalf_of": None,
            "termination_type": None,
        }


# A large office


class TestThousandExtensions:
    """An account of a thousand users."""

    @pytest.fixture
    def account(self, clock):
        return large_account(clock, users=1000)

    async def test_it_is_set_up_within_six_calls(self, office):
        extensions = office.coordinator.extensions
        assert len(extensions) >= 1000
        asked = {
            operation: count
            for operation, count in office.simulator.requests.items()
            if "/oauth/" not in operation[1] and operation[1] != "/ws"
        }
        assert sum(asked.values()) <= 6, asked
        assert office.differences() == []


# Faults


async def test_a_lost_socket_is_recovered_and_nothing_is_lost(office, phones, clock):
    seen = record_transitions(office)
    clock.advance(61)
    await office.settle()
    call = phones.call_in("101")
    await office.shows("101", "ringing", "on")
    office.simulator.faults.apply({"kind": "refuse_socket", "for": 25})
    office.simulator.gateway.close_abruptly()
    await office.shows(None, "connection", "off")
    assert office.shown("101", "ringing") == "on"
    call.answer()
    phones.set_dnd("102", True)
    await office.pass_time(60, step=1)
    await office.shows(None, "connection", "on")
    await office.until_true()
    call.hang_up()
    await office.until_true()
    await office.pass_time(3)
    assert [str(transition.kind) for transition in seen] == ["ringing", "ended"]
    assert office.simulator.gateway.recovered == 1


async def test_what_was_missed_shows_once_with_its_outcome(hass, office, phones):
    await office.pass_time(61, 61)
    entity_id = office.entity_id("102", "presence")
    shown = []

    @callback
    def note(event):
        if event.data["entity_id"] == entity_id:
            shown.append(event.data["new_state"].state)

    office.simulator.gateway.close_abruptly()
    await office.shows(None, "connection", "off")
    hass.bus.async_listen("state_changed", note)
    for status in ("Busy", "Offline", "Busy"):
        phones.set_status("102", status)
    await office.comes_true(lambda: office.shown(None, "connection") == "on", within=4, step=0.5)
    await office.settle()
    assert office.simulator.gateway.recovered == 1
    assert shown == ["busy"]


async def test_a_missed_call_in_a_gap_is_reported_once_with_its_time(office, phones, clock):
    seen = record_transitions(office)
    clock.advance(61)
    await office.settle()
    office.simulator.faults.apply({"kind": "refuse_socket", "for": 10})
    office.simulator.gateway.close_abruptly()
    await office.shows(None, "connection", "off")
    call = phones.call_in("101", from_name="John Wang")
    began = clock.time()
    clock.advance(2)
    call.hang_up()
    await office.pass_time(40, step=1)
    await office.shows(None, "connection", "on")
    await office.pass_time(3)
    assert [(str(one.kind), one.is_recovered) for one in seen] == [("missed", True)]
    assert began <= seen[0].at <= began + 5
    assert seen[0].call.caller_name == "John Wang"


async def test_the_cloud_dies_and_comes_back(office, phones):
    call = phones.call_in("101")
    await office.shows("101", "ringing", "on")
    await office.simulator.stop(abrupt=True)
    await office.shows(None, "connection", "off")
    phones.set_status("102", "Busy")
    call.hang_up()
    await office.pass_time(90, step=10)
    await until(lambda: office.shown("102", "presence") == "unavailable")
    await office.simulator.start()
    await office.pass_time(600, step=10)
    await office.shows(None, "connection", "on")
    await office.until_true()


async def test_a_minute_without_answers_is_healed(office, phones):
    office.simulator.faults.apply({"kind": "half_open", "for": 60})
    office.simulator.faults.apply({"kind": "status", "status": 503, "for": 60})
    phones.set_status("102", "Busy")
    await office.pass_time(1000, step=10)
    await office.shows(None, "connection", "on")
    await office.until_true()


async def test_polling_takes_over_while_push_is_down(office, phones, clock):
    office.simulator.faults.apply({"kind": "refuse_socket"})
    office.simulator.gateway.close_abruptly()
    await office.shows(None, "connection", "off")
    phones.set_status("102", "Busy")
    clock.advance(61)
    await office.shows("102", "presence", "busy")
    assert office.shown(None, "connection") == "off"
    office.simulator.faults.clear()


@pytest.mark.parametrize("form", sorted(MALFORMED))
async def test_a_spoiled_event_is_survived_and_the_next_one_counts(office, phones, form, clock):
    office.simulator.faults.apply({"kind": "malformed", "form": form, "count": 1})
    phones.set_meeting("103", True)
    await office.settle()
    assert office.simulator.faults.struck == 1
    phones.set_dnd("103", True)
    await office.shows("103", "dnd", "do_not_accept_any_calls")
    clock.advance(30)
    await office.until_true()


# An extension that goes


async def test_a_call_ends_once_with_its_extension(office, phones, account):
    seen = record_transitions(office)
    call = phones.call_in("103")
    await office.shows("103", "ringing", "on")
    account.remove_extension(account.find("103").id)
    await office.comes_true(lambda: len(seen) > 1, within=30, step=1)
    await office.pass_time(30)
    ringing, end = seen
    assert str(ringing.kind) == "ringing"
    assert str(end.kind) in {"ended", "missed"}
    assert end.call.call_id == ringing.call.call_id
    assert not call.is_over


# A push that ends


async def test_push_that_something_in_between_refuses_asks_nobody_and_comes_back(hass, office):
    # As a proxy does that requires its own login.
    office.simulator.faults.apply({"kind": "status", "status": 401, "body": "html", "path": "*/oauth/wstoken"})
    office.simulator.gateway.close_abruptly()
    await office.shows(None, "connection", "off")
    await office.pass_time(120)
    assert hass.config_entries.flow.async_progress() == []
    office.simulator.faults.clear()
    await office.comes_true(lambda: office.shown(None, "connection") == "on", within=300)
    await office.until_true()


async def test_push_that_a_refused_login_ended_comes_back_once_the_login_works(hass, office):
    office.simulator.faults.apply({"kind": "status", "status": 401, "code": "OAU-213", "path": "*/oauth/wstoken"})
    office.simulator.gateway.close_abruptly()
    await office.shows(None, "connection", "off")
    await office.comes_true(hass.config_entries.flow.async_progress, within=120)
    office.simulator.faults.clear()
    await office.comes_true(lambda: office.shown(None, "connection") == "on", within=300)
    await office.until_true()


def reported(caplog, level=logging.INFO):
    """Return what this integration has logged at that level or above."""
    return [
        record.getMessage()
        for record in caplog.records
        if record.name.startswith("custom_components.ringcentral") and record.levelno >= level
    ]


async def test_a_push_that_never_comes_is_logged_once(hass, entry, simulator, phones, caplog):
    simulator.faults.apply({"kind": "refuse_socket"})
    office = Office(hass, entry, simulator, phones)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await office.pass_time(200)
    about_push = [message for message in reported(caplog) if "No events from RingCentral yet" in message]
    assert len(about_push) == 1
    assert office.shown("102", "presence") == "available"
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_a_fault_of_our_own_in_the_link_is_logged_and_polling_goes_on(office, phones, monkeypatch, caplog):
    with monkeypatch.context() as patched:
        patched.setattr(Backoff, "next_delay", lambda *_: 1 / 0)
        office.simulator.gateway.close_abruptly()
        await office.shows(None, "connection", "off")
        phones.set_status("102", "Busy")
        await until(lambda: reported(caplog, logging.ERROR))
        await office.comes_true(lambda: office.shown("102", "presence") == "busy", within=120)
    await office.comes_true(lambda: office.shown(None, "connection") == "on", within=300)
    assert reported(caplog, logging.ERROR) == ["Push has failed, polling goes on"]


# What RingCentral hides or refuses


async def test_a_call_of_somebody_who_hides_meanwhile_does_not_stay(office, phones, account):
    call = phones.call_in("103")
    call.answer()
    await office.shows("103", "on_call", "on")
    account.update_presence(account.find("103").id, {"allowSeeMyPresence": False})
    await office.pass_time(20)
    call.hang_up()
    await office.comes_true(lambda: office.shown("103", "on_call") == "off", within=1000)


class TestRefusalOfAll:
    """One filter that is refused fails the whole request, and that for the account always is."""

    @pytest.fixture
    def settings(self):
        return CloudSettings(replay_delay=0, refused_filters=(r"/account/\d+/presence\?",), fail_on_refused_filter=True)

    async def test_each_extension_that_may_be_seen_is_followed(self, office, phones, account):
        (subscription,) = office.simulator.subscriptions.by_id.values()
        # 108 does not allow others to see its presence.
        followed = {int(one) for one in office.coordinator.extensions} - {account.find("108").id}
        await until(lambda: {one.extension_id for one in subscription.filters if one.extension_id} >= followed)
        phones.call_in("104")
        await office.shows("104", "ringing", "on")


async def test_a_call_is_among_those_that_ring_until_its_end_is_certain(office, phones):
    extension_id = str(phones.find("101").id)

    def ringing():
        return [call.call_id for call in office.coordinator.ringing_calls(extension_id)]

    call = phones.call_in("101")
    await office.shows("101", "ringing", "on")
    assert ringing() == [call.session_id]
    (leg,) = call.legs.values()
    office.account.put_leg(replace(leg, status="NoCall"))
    await office.shows("101", "ringing", "off")
    assert ringing() == [call.session_id]
    call.hang_up()
    await until(lambda: ringing() == [])
    assert office.coordinator.ringing_calls("1") == ()


# What can't be understood


async def test_an_event_that_can_not_be_understood_is_made_up_for_by_a_read(office, phones):
    await office.pass_time(60)
    office.simulator.faults.apply({"kind": "malformed", "form": "null_event", "count": 1})
    phones.set_status("102", "Busy")
    await until(lambda: office.coordinator.office.counters["malformed"] == 1)
    assert office.shown("102", "presence") == "available"
    await office.comes_true(lambda: office.shown("102", "presence") == "busy", within=30)


async def test_what_cannot_be_read_of_an_answer_is_counted_by_field(office):
    await office.pass_time(60)
    office.account.find("102").settings["pickUpCallsOnHold"] = {"5551234": []}
    reads = describe_office(office.coordinator)["counters"]["reads"]
    await office.coordinator.reader.read_all()
    await office.pass_time(30)
    counters = describe_office(office.coordinator)["counters"]
    assert counters["unreadable pickUpCallsOnHold"] == 1
    assert counters["reads"] == reads + 1, "reading again would show the same"
    assert office.shown("102", "presence") == "available"


async def test_of_an_event_in_part_what_can_be_read_is_taken_and_the_rest_read_and_counted(office, phones):
    await office.pass_time(60)
    office.simulator.faults.apply({"kind": "malformed", "form": "wrong_types", "count": 1})
    reads = describe_office(office.coordinator)["counters"]["reads"]
    phones.call_in("102", from_name="Harbor Dental")
    await until(lambda: office.coordinator.office.counters["unreadable activeCalls"] == 1)
    await office.shows("102", "ringing", "on")
    assert office.shown("102", "caller") == "unknown"
    await office.comes_true(lambda: office.shown("102", "caller") == "Harbor Dental", within=15)
    counters = describe_office(office.coordinator)["counters"]
    assert counters["reads"] == reads + 1
    assert {name for name in counters if name.startswith("unreadable")} == {
        "unreadable activeCalls",
        "unreadable extensionId",
        "unreadable sequence",
    }
    assert counters.get("malformed", 0) == 0
