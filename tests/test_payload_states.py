"""Each sample event and flow shows what a person reads in it: who rings, who talks, who may be disturbed."""

from typing import NamedTuple

import pytest

from tests.presence.office import Office, load_flow, sent_at
from tests.samples import PAYLOADS, payload

ALEX, SAM, DESK = "62264425016", "62264425017", "6610372004"
JANE = ("Jane Caller", "+14155550123")


class Shown(NamedTuple):
    """What an extension shows: its live calls with the other party's name and number, the most important first."""

    calls: list[tuple[str, str | None, str | None]]
    presence: str | None = None
    dnd: str | None = None
    is_ringing: bool = False
    is_on_call: bool = False


def idle(presence=None, dnd=None):
    return Shown([], presence, dnd)


def busy(*calls, presence="Busy", dnd="TakeAllCalls"):
    return Shown(list(calls), presence, dnd, is_on_call=True)


def rings(*calls, presence="Available", dnd="TakeAllCalls"):
    return Shown(list(calls), presence, dnd, is_ringing=True)


# What is shown of whom after the event alone. Without a list of calls, a status shows as a call of nobody known.
EVENTS = {
    "event-account-presence-detailed.composed": (ALEX, rings(("ringing", *JANE))),
    "event-account-presence.captured-2023": ("643716048", idle("Available", "DoNotAcceptDepartmentCalls")),
    "event-account-presence.doc": (DESK, busy(("connected", None, None))),
    "event-detailed-new-call-handling.composed": (ALEX, idle("Available", "TakeAllCalls")),
    "event-detailed-no-calls.composed": (ALEX, idle("Available", "TakeAllCalls")),
    "event-detailed-over-seven-calls.composed": (ALEX, busy(*[("connected", *JANE)], *[("on_hold", *JANE)] * 6)),
    # The second leg is a ringing call, whatever its tag: calls of others ring here, too.
    "event-detailed-presence-sip.doc": (
        "297277020",
        Shown(
            [("ringing", "Charlie Williams", "66666"), ("on_hold", "Alice Smith", "4591")],
            "Busy",
            "TakeAllCalls",
            is_ringing=True,
            is_on_call=True,
        ),
    ),
    "event-detailed-presence.captured-2018": ("400144455008", rings(("ringing", "TheCat Jerry", "103"))),
    "event-detailed-presence.doc": (DESK, busy(("connected", "John Wang", "+18775380038"))),
    "event-detailed-status-partial.composed": (ALEX, idle("Busy", "DoNotAcceptAnyCalls")),
    "event-dnd-status.doc": (DESK, idle(None, "TakeAllCalls")),
    "event-favorite-presence-detailed.composed": (ALEX, busy(("connected", *JANE))),
    "event-line-presence-detailed.composed": (ALEX, busy(("on_hold", *JANE))),
    "event-simple-presence.doc": (DESK, busy(("connected", None, None))),
}

# These bring no presence: nobody shows anything, but a list may have to be read again.
WITHOUT_PRESENCE = {
    "event-call-queue-member-presence.doc": False,
    "event-extension-info.doc": True,
    "event-extension-list.doc": True,
    "event-favorites-list.doc": True,
    "event-grant-list.doc": False,
    "event-message-store-new.composed": False,
    "event-message-store-voicemail.captured-2016": False,
    "event-message-store.captured-2018": False,
    "event-presence-line-list.doc": True,
    "event-subscription-reminder.composed": False,
    "event-voicemail.doc": False,
}

# The call that matters most after each event of a flow, at the extension that the event is about.
RINGS, TALKS, HOLDS, PARKS, DIALS, IDLE = "ringing", "connected", "on_hold", "parked", "dialing", None
FLOWS = {
    "flow-answered-call.captured-2015": ("13027430863", [RINGS, TALKS, IDLE]),
    "flow-inbound-answer-hold-park-end.composed": ("+14155550123", [RINGS, TALKS, HOLDS, TALKS, PARKS, IDLE]),
    "flow-missed-call.captured-2015": ("13027430863", [RINGS, IDLE]),
    "flow-missed-call.captured-2016": ("+14155550108", [RINGS, IDLE]),
    "flow-out-of-order.composed": ("+14155550123", [RINGS, IDLE, IDLE]),
    "flow-queue-call-two-agents.composed": ("+14155550123", [RINGS, RINGS, TALKS, IDLE, IDLE]),
    "flow-ringout.captured-2015": ("16502008440", [DIALS, TALKS, IDLE]),
    "flow-same-session-rings-again.captured-2015": ("13027430863", [RINGS, IDLE, RINGS, TALKS, IDLE]),
    "flow-sequence-restart.composed": ("+14155550123", [RINGS, TALKS, IDLE]),
    "flow-transitional-nocall.composed": ("+14155550123", [RINGS, IDLE, RINGS, TALKS, IDLE]),
}


def shown(office, extension_id):
    state = office.state(extension_id)
    calls = [(str(call.state), call.caller_name, call.caller_number) for call in state.live_calls]
    return Shown(calls, state.presence_status, state.effective_dnd, state.is_ringing, state.is_on_call)


def test_every_sample_event_and_flow_has_its_expectation():
    samples = {path.stem for kind in ("event", "flow") for path in PAYLOADS.glob(f"{kind}-*.json")}
    assert samples == EVENTS.keys() | WITHOUT_PRESENCE.keys() | FLOWS.keys()


@pytest.mark.parametrize("name", EVENTS)
def test_an_event_shows_what_a_person_reads_in_it(name):
    extension_id, expected = EVENTS[name]
    event = payload(name)
    office = Office(extension_id, begins_at=sent_at(event))
    office.apply(event)
    assert shown(office, extension_id) == expected
    assert office.product.counters["malformed"] == 0


@pytest.mark.parametrize("name", WITHOUT_PRESENCE)
def test_an_event_without_presence_shows_nothing(name):
    office = Office(DESK)
    assert office.product.take((PAYLOADS / f"{name}.json").read_bytes(), office.moment) == []
    assert office.product.must_read_lists is WITHOUT_PRESENCE[name]
    assert not office.product.must_read_all


@pytest.mark.parametrize("name", FLOWS)
def test_a_flow_shows_step_by_step_what_a_person_reads_in_it(name):
    number, expected = FLOWS[name]
    events = load_flow(name)
    office = Office(begins_at=sent_at(events[0]))
    found = []
    for event in events:
        office.apply(event)
        main = office.state(str(event["body"]["extensionId"])).main_call
        found.append(str(main.state) if main else IDLE)
        assert main is None or main.caller_number == number
    assert found == expected
    office.wait(15)
    assert [office.state(one).live_calls for one in office.product.extension_ids if office.state(one).live_calls] == []
