"""From the bytes of a notification to an event: what each kind becomes, and what is refused."""

from datetime import UTC, datetime
import json

import pytest

from custom_components.ringcentral.api.errors import PayloadError
from custom_components.ringcentral.api.events import decode_notification
from custom_components.ringcentral.api.models import ExtensionListEvent, OtherEvent, PresenceEvent, WatchListEvent
from tests.samples import PAYLOADS, payload

PATH = "/restapi/v1.0/account/1/extension/2/presence"


def decode(event):
    return decode_notification(json.dumps(event).encode())


def presence(**body):
    """Return a presence notification with that body."""
    return {"uuid": "1", "event": PATH, "timestamp": "2025-08-20T22:30:00.000Z", "body": {"extensionId": 2} | body}


# Samples

KINDS = {
    "event-account-presence-detailed.composed": PresenceEvent,
    "event-account-presence.captured-2023": PresenceEvent,
    "event-account-presence.doc": PresenceEvent,
    "event-call-queue-member-presence.doc": OtherEvent,
    "event-detailed-new-call-handling.composed": PresenceEvent,
    "event-detailed-no-calls.composed": PresenceEvent,
    "event-detailed-over-seven-calls.composed": PresenceEvent,
    "event-detailed-presence-sip.doc": PresenceEvent,
    "event-detailed-presence.captured-2018": PresenceEvent,
    "event-detailed-presence.doc": PresenceEvent,
    "event-detailed-status-partial.composed": PresenceEvent,
    "event-dnd-status.doc": PresenceEvent,
    "event-extension-info.doc": ExtensionListEvent,
    "event-extension-list.doc": ExtensionListEvent,
    "event-favorite-presence-detailed.composed": PresenceEvent,
    "event-favorites-list.doc": WatchListEvent,
    "event-grant-list.doc": OtherEvent,
    "event-line-presence-detailed.composed": PresenceEvent,
    "event-presence-line-list.doc": WatchListEvent,
    "event-simple-presence.doc": PresenceEvent,
    "event-subscription-reminder.composed": OtherEvent,
}
PRESENCES = [name for name, kind in KINDS.items() if kind is PresenceEvent]
FLOWS = sorted(path.stem for path in PAYLOADS.glob("flow-*.json"))


def test_every_sample_of_an_event_is_looked_at():
    assert {path.stem for path in PAYLOADS.glob("event-*.json")} == KINDS.keys()


@pytest.mark.parametrize(("name", "kind"), KINDS.items())
def test_sample_is_an_event_of_its_kind(name, kind):
    assert type(decode(payload(name))) is kind


@pytest.mark.parametrize("name", PRESENCES)
def test_presence_is_told_with_its_order_and_its_time(name):
    sample = payload(name)

    event = decode(sample)

    assert (event.uuid, event.event) == (sample["uuid"], sample["event"])
    assert event.extension_id == str(sample["body"]["extensionId"])
    assert event.sequence == sample["body"].get("sequence")
    assert event.sent_at == datetime.fromisoformat(sample["timestamp"]).timestamp()
    assert len(event.body.active_calls or ()) == len(sample["body"].get("activeCalls", ()))
    assert event.body.presence_status == sample["body"].get("presenceStatus")


@pytest.mark.parametrize("name", FLOWS)
def test_flow_is_a_series_of_presences(name):
    for sample in payload(name):
        event = decode(sample)
        assert isinstance(event, PresenceEvent)
        assert event.detailed


def test_frame_of_the_gateway_holds_the_same_event():
    _, event = payload("ws-server-notification-presence.captured-2022")

    assert decode(event).extension_id == "908199004"
    assert isinstance(decode(payload("ws-server-notification.doc")[1]), OtherEvent)


@pytest.mark.parametrize(
    ("name", "is_detailed"),
    [
        ("event-simple-presence.doc", False),
        ("event-account-presence.doc", False),
        ("event-account-presence.captured-2023", False),
        ("event-dnd-status.doc", False),
        ("event-detailed-presence.doc", True),
        # The filter asked for calls, there are none.
        ("event-detailed-no-calls.composed", True),
        ("event-detailed-status-partial.composed", True),
        ("event-line-presence-detailed.composed", True),
    ],
)
def test_only_a_detailed_event_says_something_about_calls(name, is_detailed):
    assert decode(payload(name)).detailed is is_detailed


@pytest.mark.parametrize(
    ("body", "is_detailed"), [({}, False), ({"activeCalls": []}, True), ({"totalActiveCalls": 0}, True)]
)
def test_event_with_a_list_or_a_number_of_calls_is_detailed_whatever_its_path(body, is_detailed):
    assert decode(presence(**body)).detailed is is_detailed


def test_every_field_of_a_call_is_kept():
    (call, monitored) = decode(payload("event-detailed-presence-sip.doc")).body.active_calls

    assert (call.direction, call.queue_call, call.from_, call.to) == ("Outbound", True, "+16508370072", "4591")
    assert (call.from_name, call.to_name) == ("Charlie Williams", "Alice Smith")
    assert (call.session_id, call.party_id) == ("118139132021", "p-9cdb248614c94aa7ba68135f6c07b808-1")
    assert call.started_at == datetime(2019, 7, 9, 16, 17, 27, 975000, UTC)
    assert (monitored.sip_data.to_tag, monitored.id) == ("blf", monitored.telephony_session_id)


def test_display_of_a_queue_call_is_kept():
    (call,) = decode(payload("event-account-presence-detailed.composed")).body.active_calls

    assert (call.call_info.primary.type, call.call_info.primary.value) == ("QueueName", "Support")


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        (
            "event-extension-list.doc",
            [("74953947939", "Delete"), ("8798797945", "Create"), ("8475874957", "Update")],
        ),
        ("event-extension-info.doc", [("8475874957", "Update")]),
    ],
)
def test_changes_of_extensions_are_listed(name, changes):
    event = decode(payload(name))

    assert [(change.extension_id, change.event_type) for change in event.changes] == changes
    assert event.changes[-1].hints == ("ExtensionInfo", "CompanyNumbers")


@pytest.mark.parametrize(
    ("name", "extension_id"),
    [("event-presence-line-list.doc", "406149828004"), ("event-favorites-list.doc", "9141626004")],
)
def test_changed_list_names_whose_it_is(name, extension_id):
    assert decode(payload(name)).extension_id == extension_id


# Leniency


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/restapi/v1.0/account/~/presence", PresenceEvent),
        ("/restapi/v1.0/account/1/extension/2/presence/", PresenceEvent),
        ("/restapi/v2/account/1/extension/2/presence", PresenceEvent),
        ("/restapi/v1.0/account/1/extension/2/presence/line/presence", PresenceEvent),
        ("/restapi/v1.0/account/1/extension/2/favorite/presence?x=1", PresenceEvent),
        ("/restapi/v1.0/account/1/extension/2/presence/line", WatchListEvent),
        ("/restapi/v1.0/account/1/extension/2/favorite", WatchListEvent),
        ("/restapi/v1.0/account/1/extension", ExtensionListEvent),
        ("/restapi/v1.0/account/1/extension/2", ExtensionListEvent),
        ("/restapi/v1.0/account/1/extension/2/message-store", OtherEvent),
        ("/restapi/v1.0/account/1/call-queues/2/presence", OtherEvent),
        ("/restapi/v1.0/account/1/telephony/sessions", OtherEvent),
        ("/restapi/v1.0/account", OtherEvent),
        ("presence", OtherEvent),
        ("", OtherEvent),
    ],
)
def test_path_says_what_kind_of_event_it_is(path, kind):
    assert type(decode(presence() | {"event": path})) is kind


def test_event_of_another_kind_may_have_any_body():
    for body in (None, 5, "text", [1]):
        assert isinstance(decode({"event": "/restapi/v1.0/glip/posts", "body": body}), OtherEvent)
    assert isinstance(decode({"event": "/restapi/v1.0/glip/posts"}), OtherEvent)


def test_envelope_needs_nothing_but_event_and_body():
    event = decode({"event": PATH, "body": {"extensionId": "2"}})

    assert (event.uuid, event.sent_at, event.sequence, event.extension_id) == (None, None, None, "2")


def test_time_that_cannot_be_read_is_no_time():
    assert decode(presence() | {"timestamp": "soon"}).sent_at is None


def test_null_is_as_if_the_field_were_missing():
    event = decode(presence(sequence=None, activeCalls=None, telephonyStatus=None))

    assert (event.sequence, event.detailed, event.body.telephony_status) == (None, False, None)


def test_unknown_words_and_fields_pass():
    event = decode(presence(telephonyStatus="Levitating", newFieldOf2027={"deep": [1]}) | {"new": 1})

    assert event.body.telephony_status == "Levitating"


@pytest.mark.parametrize("number", [-1, 2**31, 2**64, 10**40])
def test_large_number_is_only_a_number(number):
    event = decode(presence(sequence=number, extensionId=number))

    assert (event.sequence, event.extension_id) == (number, str(number))


@pytest.mark.parametrize("appearances", [{"lineStatus": "Seized"}, [{"lineStatus": "Seized"}], []])
def test_lines_of_a_delegated_group_may_be_one_or_a_list(appearances):
    assert decode(presence(appearances=appearances)).body.appearances is not None


# What is refused

DEEP = b"[" * 900_000 + b"]" * 900_000
NAME = b'{"event": "' + PATH.encode() + b'", "body": '


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (b"", "$"),
        (b"<html>5551234</html>", "$"),
        (b'{"event": "5551234', "$"),
        (b'{"event": "\xff5551234"}', "$: it is not UTF-8"),
        ('{"event": "5551234"}'.encode("utf-16"), "$"),
        (b"null", "$"),
        (b"5551234", "$"),
        (b"[]", "$"),
        (b"{}", "event"),
        (b'{"event": null, "body": {}}', "$.event"),
        (b'{"event": 5551234, "body": {}}', "$.event"),
        (b'{"event": "x", "timestamp": 5551234}', "$.timestamp"),
        (DEEP, "$: Expected"),
        (b'{"event": "x", "body": ' + DEEP + b"}", "$: it is nested too deeply"),
        (NAME + b"null}", "$.body"),
        (NAME + b"5551234}", "$.body"),
        (NAME + b"[]}", "$.body"),
        (NAME + b"{}}", "extensionId"),
        (NAME + b'{"extensionId": null}}', "$.extensionId"),
        (NAME + b'{"extensionId": {"id": 5551234}}}', "$.extensionId"),
        (NAME + b'{"extensionId": 5551234.5}}', "$.extensionId"),
        (NAME + b'{"extensionId": 1, "sequence": "5551234"}}', "$.sequence"),
        (NAME + b'{"extensionId": 1, "sequence": 1e30}}', "$.sequence"),
        (NAME + b'{"extensionId": 1, "sequence": 1e999}}', "$.sequence"),
        (NAME + b'{"extensionId": 1, "sequence": ' + b"5551234" * 1000 + b"}}", "$.sequence"),
        (NAME + b'{"extensionId": ' + b"5551234" * 1000 + b"}}", "$.extensionId"),
        (NAME + b'{"extensionId": 1, "activeCalls": "5551234"}}', "$.activeCalls"),
        (NAME + b'{"extensionId": 1, "activeCalls": [null, 7]}}', "$.activeCalls[0]"),
        (NAME + b'{"extensionId": 1, "activeCalls": [{}, {"to": 5551234}]}}', "$.activeCalls[1].to"),
        (NAME + b'{"extensionId": 1, "telephonyStatus": {"5551234": 1}}}', "$.telephonyStatus"),
        (NAME + b'{"extensionId": 1, "presenceStatus": "\xff5551234"}}', "it is not UTF-8"),
        (b'{"event": "/restapi/v1.0/account/1/extension", "body": null}', "$.body"),
        (
            b'{"event": "/restapi/v1.0/account/1/extension", "body": {"extensions": [{"eventType": "x"}]}}',
            "extensionId",
        ),
        (b'{"event": "/restapi/v1.0/account/1/extension/2", "body": {"extensionId": []}}', "$.extensionId"),
    ],
    ids=lambda value: repr(value)[:60],
)
def test_malformed_event_is_refused_with_its_place_and_without_its_value(text, place):
    with pytest.raises(PayloadError) as refusal:
        decode_notification(text)

    assert place in str(refusal.value)
    assert "5551234" not in str(refusal.value)
