"""Which call of the log is which that was seen: by session, else by number and time."""

import pytest

from custom_components.ringcentral.history.joining import GRACE, SeenCall, as_seen, find_unseen, is_same, still_of_use
from custom_components.ringcentral.history.records import LoggedCall, Outcome

NOW = 10_000.0


def logged(**fields):
    fields = {"id": "1", "extension_id": "7", "at": NOW - 100, "duration": 10, "direction": "inbound", **fields}
    return LoggedCall(**{"outcome": Outcome.MISSED, "number": "+14155550123", **fields})


def seen(**fields):
    return SeenCall(**{"extension_id": "7", "at": NOW - 90, "number": "+14155550123", **fields})


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"sessions": ("s-1", "42")}, {"telephony_session_id": "s-1"}, True),
        ({"sessions": ("s-1", "42")}, {"session_id": "42"}, True),
        ({"sessions": ("s-1", "42")}, {"telephony_session_id": "s-2"}, False),
        # In 2016 the session differed.
        ({"sessions": ("s-1", "42")}, {"session_id": "942"}, True),
        ({"sessions": ("42",)}, {"session_id": "942", "number": "4155550123"}, True),
        ({"sessions": ("42",)}, {"session_id": "942", "number": "+14155550134"}, False),
        ({"sessions": ("42",)}, {"session_id": "942", "at": NOW - 400}, False),
        ({"number": "…23"}, {"number": "…23"}, True),
        ({"number": None}, {"number": None}, True),
        ({"number": None}, {}, False),
        ({"sessions": ("s-1",), "extension_id": "8"}, {"telephony_session_id": "s-1"}, False),
    ],
)
def test_a_call_is_known_by_session_else_by_number_and_time(one, other, same):
    assert is_same(seen(**one), logged(**other)) is same


def test_only_missed_calls_that_nobody_saw_are_found_the_oldest_first():
    calls = [
        logged(id="new", at=NOW - 100, telephony_session_id="s-new"),
        logged(id="old", at=NOW - 200, telephony_session_id="s-old"),
        logged(id="seen", telephony_session_id="s-seen"),
        logged(id="answered", outcome=Outcome.ANSWERED),
        logged(id="before", at=NOW - 5000),
        logged(id="queue", is_queue_call=True),
        logged(id="out", direction="outbound", outcome=Outcome.NOT_ANSWERED),
    ]

    found = find_unseen(calls, [seen(sessions=("s-seen",))], since=NOW - 1000, now=NOW)

    assert [call.id for call in found.calls] == ["old", "new"]
    assert not found.is_open
    assert find_unseen(calls, [as_seen(call) for call in calls], since=NOW - 1000, now=NOW).calls == []


def test_what_has_just_ended_is_left_open_since_its_record_may_still_change():
    found = find_unseen([logged(at=NOW - 20, duration=10)], [], since=NOW - 1000, now=NOW)

    assert found == ([], True)


@pytest.mark.parametrize("wrong", [{"at": NOW + 1e6}, {"duration": 2**31 - 1}])
def test_a_call_of_the_future_is_neither_reported_nor_waited_for(wrong):
    assert find_unseen([logged(**wrong)], [], since=NOW - 1000, now=NOW) == ([], False)


def test_seen_calls_are_kept_as_long_as_they_may_come_again():
    kept = still_of_use([seen(at=NOW), seen(at=NOW - GRACE), seen(at=NOW - 3 * GRACE)], NOW)

    assert [one.at for one in kept] == [NOW, NOW - GRACE]
    assert len(still_of_use([seen(at=NOW)] * 1000, NOW)) == 500
