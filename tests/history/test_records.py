"""Calls of the log: what a record says of a call, and that each call is there once."""

import pytest

from custom_components.ringcentral.api.answers import read_synced
from custom_components.ringcentral.api.call_log import CallLogRecord, LinkedMessage, LogExtension, LogParty
from custom_components.ringcentral.api.transport import Reply
from custom_components.ringcentral.history.records import CallLog, Outcome, read_record, shown_logged_call
from custom_components.ringcentral.presence.privacy import Privacy
from tests.samples import as_json, payload

TIME = "2026-03-02T10:00:00.000Z"


def record(record_id="1", **fields):
    fields = {"start_time": TIME, "type": "Voice", "direction": "Inbound", "result": "Missed", **fields}
    return CallLogRecord(id=record_id, **fields)


def read(*args, **fields):
    return read_record(record(*args, **fields), "7", {"102": "8", "101": "7"})


@pytest.mark.parametrize(
    ("direction", "result", "outcome", "is_missed"),
    [
        ("Inbound", "Missed", Outcome.MISSED, True),
        ("Inbound", "Hang Up", Outcome.MISSED, True),
        ("Inbound", "Hang up", Outcome.MISSED, True),
        ("Inbound", "No Answer", Outcome.MISSED, True),
        ("Inbound", "Rejected", Outcome.MISSED, True),
        ("Inbound", "Voicemail", Outcome.VOICEMAIL, True),
        ("Inbound", "Busy", Outcome.BUSY, True),
        ("Inbound", "Blocked", Outcome.BLOCKED, False),
        ("Inbound", "Accepted", Outcome.ANSWERED, False),
        ("Inbound", "Answered Elsewhere", Outcome.ANSWERED_ELSEWHERE, False),
        ("Inbound", "In Progress", Outcome.IN_PROGRESS, False),
        ("Inbound", "Teleported", Outcome.UNKNOWN, False),
        ("Inbound", None, Outcome.UNKNOWN, False),
        ("Outbound", "Call connected", Outcome.ANSWERED, False),
        ("Outbound", "No Answer", Outcome.NOT_ANSWERED, False),
        ("Outbound", "Missed", Outcome.NOT_ANSWERED, False),
        ("Outbound", "Busy", Outcome.BUSY, False),
        ("Outbound", "Wrong Number", Outcome.FAILED, False),
    ],
)
def test_the_result_says_how_a_call_ended(direction, result, outcome, is_missed):
    call = read(direction=direction, result=result)

    assert (call.outcome, call.is_missed) == (outcome, is_missed)


@pytest.mark.parametrize(
    "fields",
    [
        {"type": "Fax"},
        {"start_time": None},
        {"start_time": "yesterday"},
        {"deleted": True},
        {"action": "FindMe", "result": "Stopped"},
        {"action": "FindMe", "result": "Busy"},
        {"action": "FindMe", "result": "Unknown"},
    ],
    ids=str,
)
def test_what_is_no_call_of_its_own_is_left_out(fields):
    assert read(**fields) is None


@pytest.mark.parametrize(
    ("caller", "name", "number", "is_withheld"),
    [
        ({"phone_number": "+14155550123", "name": "John Wang"}, "John Wang", "+14155550123", False),
        ({"phone_number": "anonymous", "name": "Anonymous"}, None, None, True),
        ({"phone_number": "Restricted", "name": "Clinic"}, "Clinic", None, True),
        ({"phone_number": ""}, None, None, True),
        ({"name": "Private"}, None, None, True),
        ({"name": "John Wang"}, "John Wang", None, False),
        ({"phone_number": "14155550123"}, None, "+14155550123", False),
        ({"phone_number": "4155550123"}, None, "4155550123", False),
        ({"phone_number": "911"}, None, "911", False),
        ({"extension_number": "102", "name": "Unknown"}, "Unknown", "102", False),
        ({}, None, None, False),
    ],
)
def test_a_number_can_be_dialed_and_a_word_in_its_place_says_that_it_is_withheld(caller, name, number, is_withheld):
    call = read(from_=LogParty(**caller))

    assert (call.name, call.number, call.is_withheld) == (name, number, is_withheld)


def test_which_number_was_called_is_known_of_inbound_calls():
    to = LogParty(phone_number="+14155550101", name="Front Desk")
    inbound, outbound = read(to=to), read(direction="Outbound", to=to)

    assert (inbound.called_name, inbound.called_number) == ("Front Desk", "+14155550101")
    assert (outbound.called_name, outbound.called_number) == (None, None)
    assert (outbound.name, outbound.number) == ("Front Desk", "+14155550101")


@pytest.mark.parametrize(
    ("privacy", "shown"),
    [
        (Privacy.SHOWN, ("Clinic", None, True, "Front Desk", "+14155550101")),
        (Privacy.MASKED, ("Clinic", None, True, "Front Desk", "…01")),
        (Privacy.HIDDEN, (None, None, False, None, None)),
    ],
)
def test_a_call_is_shown_as_far_as_that_is_allowed(privacy, shown):
    parties = {
        "from_": LogParty(phone_number="anonymous", name="Clinic"),
        "to": LogParty(phone_number="+14155550101", name="Front Desk"),
    }
    call = shown_logged_call(read(**parties), privacy)

    assert (call.name, call.number, call.is_withheld, call.called_name, call.called_number) == shown


def test_the_other_party_is_who_called_or_was_called():
    parties = {
        "from_": LogParty(phone_number="+1415", name="John"),
        "to": LogParty(extension_number="102", name="Alice"),
    }

    assert (read(**parties).name, read(**parties).number) == ("John", "+1415")
    out = read(direction="Outbound", **parties)
    assert (out.name, out.number, out.direction) == ("Alice", "102", "outbound")


@pytest.mark.parametrize(
    "fields",
    [
        {"delegation_type": "QueueForwarding"},
        {"to": LogParty(extension_number="102")},
        {"to": LogParty(extension_number="80001")},
        {"to": LogParty(extension_id=9)},
    ],
    ids=str,
)
def test_a_call_for_a_queue_is_never_missed_since_others_may_have_answered(fields):
    call = read(**fields)

    assert call.is_queue_call
    assert not call.is_missed
    assert not read(to=LogParty(extension_number="101")).is_queue_call
    assert not read(to=LogParty(phone_number="+16505550101")).is_queue_call


def test_a_record_says_whose_it_is_and_what_it_has_left():
    call = read(extension=LogExtension(id=8), message=LinkedMessage(id=42, type="VoiceMail"), duration=20)

    assert (call.extension_id, call.voicemail_id) == ("8", "42")
    assert call.ended_at - call.at == 20
    assert read(message=LinkedMessage(id=42, type="Fax")).voicemail_id is None


@pytest.mark.parametrize(
    ("name", "outcomes"),
    [
        ("rest-call-log-sync-fsync.captured-2018", ["answered", "missed"]),
        ("rest-call-log-sync-isync.doc", ["answered"]),
        ("rest-call-log-missed.composed", ["missed", "voicemail"]),
    ],
)
def test_samples_are_calls(name, outcomes):
    records = read_synced(Reply(200, {}, as_json(payload(name))), CallLogRecord).records
    calls = [call for one in records if (call := read_record(one, "7", {})) is not None]

    assert [str(call.outcome) for call in calls] == outcomes


# The log


def session(record_id, result, session="s-1", **fields):
    return read(record_id, result=result, telephony_session_id=session, **fields)


def outcomes(log):
    return [str(call.outcome) for call in log.calls]


def test_calls_are_the_newest_first_and_each_once():
    log = CallLog(10)
    log.update([session("1", "Missed"), session("2", "Accepted", "s-2", start_time="2026-03-02T11:00:00Z")])
    log.update([session("1", "Voicemail")])

    assert outcomes(log) == ["answered", "voicemail"]


def test_of_several_records_of_a_session_the_one_that_says_most_counts():
    log = CallLog(10)
    log.update([session("1", "Missed"), session("2", "Accepted"), session("3", "Answered Elsewhere")])
    assert outcomes(log) == ["answered"]

    log.update([], gone=["2"])
    assert outcomes(log) == ["missed"]


def test_a_call_to_oneself_is_two():
    log = CallLog(10)
    log.update([session("1", "Missed"), session("2", "No Answer", direction="Outbound")])

    assert sorted(call.direction for call in log.calls) == ["inbound", "outbound"]


def test_records_without_a_session_are_calls_of_their_own():
    log = CallLog(10)
    log.update([read("1"), read("2", session_id="0")])

    assert len(log.calls) == 2


def test_a_full_synchronization_is_all_there_is():
    log = CallLog(10)
    log.update([session("1", "Missed")])
    log.replace([session("2", "Accepted", "s-2")])

    assert [call.id for call in log.calls] == ["2"]


def test_only_the_newest_are_kept():
    log = CallLog(3)
    log.update([session(str(n), "Missed", f"s-{n}", start_time=f"2026-03-02T10:0{n}:00Z") for n in range(5)])

    assert [call.id for call in log.calls] == ["4", "3", "2"]
