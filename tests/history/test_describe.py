"""Choosing among the calls of the log."""

import pytest

from custom_components.ringcentral.history.describe import choose, describe_logged_call
from custom_components.ringcentral.history.records import LoggedCall, Outcome

CALLS = [
    LoggedCall(id="3", extension_id="7", at=300.0, direction="inbound", outcome=Outcome.MISSED, number="1"),
    LoggedCall(id="2", extension_id="7", at=200.0, direction="outbound", outcome=Outcome.ANSWERED, duration=9),
    LoggedCall(id="1", extension_id="7", at=100.0, direction="inbound", outcome=Outcome.VOICEMAIL, voicemail_id="42"),
    LoggedCall(id="0", extension_id="8", at=100.0, direction="inbound", outcome=Outcome.MISSED),
]


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        ({}, "321"),
        ({"limit": 1}, "3"),
        ({"since": 150.0}, "32"),
        ({"direction": "inbound"}, "31"),
        ({"outcomes": {"voicemail", "answered"}}, "21"),
    ],
)
def test_calls_are_chosen(options, ids):
    assert "".join(call.id for call in choose(CALLS, "7", **{"limit": 10, **options})) == ids


def test_a_call_is_described_in_plain_types():
    assert describe_logged_call(CALLS[2]) == {
        "id": "1",
        "start": "1970-01-01T00:01:40+00:00",
        "direction": "inbound",
        "outcome": "voicemail",
        "duration": None,
        "caller_name": None,
        "caller_number": None,
        "number_text": None,
        "withheld": False,
        "called_name": None,
        "called_number": None,
        "queue": False,
        "voicemail_id": "42",
    }


def test_a_number_is_written_as_people_do():
    call = LoggedCall(
        id="4", extension_id="7", at=0.0, direction="inbound", outcome=Outcome.MISSED, number="+14155550123"
    )
    assert describe_logged_call(call)["number_text"] == "+1 415 555 0123"
