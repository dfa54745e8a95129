"""From the bytes of a notification to an event: what each kind becomes, and what is refused."""

from datetime import datetime
import json

import pytest

from custom_components.ringcentral.api.errors import PayloadError
from custom_components.ringcentral.api.events import decode_notification
from custom_components.ringcentral.api.models import (
    ExtensionListEvent,
    MailboxEvent,
    OtherEvent,
    PresenceEvent,
    WatchListEvent,
)
from tests.samples import PAYLOADS, as_json, payload

PATH = "/restapi/v1.0/account/1/extension/2/presence"


def decode(event):
    return decode_notification(json.dumps(event).encode())


def presence(**body):
    """Return a presence notification with that body."""
    return {"uuid": "1", "event": PATH, "timestamp": "2025-08-20T22:30:00.000Z", "body": {"extensionId": 2} | body}


# Samples

KINDS = {
    "event-message-store-new.composed": MailboxEvent,
    "event-message-store-voicemail.captured-2016": MailboxEvent,
    "event-message-store.captured-2018": MailboxEvent,
    "event-voicemail.doc": MailboxEvent,
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
def test_presence_is_decoded_with_its_order_and_its_time(name):
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
    assert decode(payload("ws-server-notification.doc")[1]) == MailboxEvent(extension_id="233676004")


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
    assert call.start_time == "2019-07-09T16:17:27.975Z"
    assert (monitored.sip_data.to_tag, monitored.id) == ("blf", monitored.telephony_session_id)


def test_display_of_a_queue_call_is_kept():
    (call,) = decode(payload("event-account-presence-detailed.composed")).body.active_calls

    assert (call.call_info.primary.type, call.call_info.primary.value) == ("QueueName", "Support")


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
        ("/restapi/v1.0/account/1/extension/2/message-store", MailboxEvent),
        ("/restapi/v1.0/account/1/extension/2/voicemail", MailboxEvent),
        ("/restapi/v1.0/account/1/extension/2/message-store/instant", OtherEvent),
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


@pytest.mark.parametrize("number", [-1, 2**31, 2**63 - 1, -(2**63)])
def test_large_number_is_only_a_number(number):
    event = decode(presence(sequence=number, extensionId=number))

    assert (event.sequence, event.extension_id) == (number, str(number))


@pytest.mark.parametrize("appearances", [{"lineStatus": "Seized"}, [{"lineStatus": "Seized"}], []])
def test_lines_of_a_delegated_group_may_be_one_or_a_list(appearances):
    assert decode(presence(appearances=appearances)).body.appearances is not None


# What is read in part


@pytest.mark.parametrize(
    ("path", "detailed"),
    [
        ("/restapi/v1.0/account/1/glip/extension/2/presence", False),
        ("/restapi/v1.0/account/1/extension/2/site/3/presence?detailedTelephonyState=true", True),
        ("/new/presence/of/2030", False),
    ],
)
def test_event_of_another_path_is_a_presence_if_its_body_names_an_extension(path, detailed):
    event = decode(presence(telephonyStatus="Ringing") | {"event": path})

    assert (event.extension_id, event.body.telephony_status, event.detailed) == ("2", "Ringing", detailed)
    assert decode({"event": path, "body": {"records": []}}) == OtherEvent(event=path.partition("?")[0])


def test_event_without_a_path_is_a_presence_if_it_looks_like_one():
    assert decode({"body": {"extensionId": 2, "telephonyStatus": "Ringing"}}).extension_id == "2"
    assert decode({"event": ["5551234"], "body": {"extensionId": 2, "message": ""}}).unreadable == ("event",)
    assert isinstance(decode({"body": {"extensionId": 2, "eventType": "Update"}}), OtherEvent)


@pytest.mark.parametrize("id_", [None, "", [], {"id": 5551234}, True, 5551234.5, "x" * 256, "a\nb"])
def test_extension_that_the_body_does_not_name_is_the_one_in_the_path(id_):
    event = decode(presence(extensionId=id_, telephonyStatus="Ringing"))

    assert (event.extension_id, event.body.telephony_status) == ("2", "Ringing")
    assert event.unreadable == (() if id_ in (None, "") else ("extensionId",))


@pytest.mark.parametrize(
    "path",
    [
        "/restapi/v1.0/account/1/extension/2/presence/line/presence",
        "/restapi/v1.0/account/1/extension/2/favorite/presence",
        "/restapi/v1.0/account/1/extension/~/presence",
        "/restapi/v1.0/account/1/presence",
    ],
)
def test_watcher_in_a_path_is_nobody_whose_presence_it_is(path):
    with pytest.raises(PayloadError, match="extensionId"):
        decode({"event": path, "body": {"telephonyStatus": "Ringing"}})


def test_event_without_a_body_leaves_all_to_a_read():
    event = decode({"event": PATH})

    assert (event.extension_id, event.unreadable) == ("2", ("body",))


@pytest.mark.parametrize(
    ("sent", "sent_at"),
    [(1755728200123, 1755728200.123), ("1755728200123", 1755728200.123), (1755728200, 1755728200), ({}, None)],
)
def test_time_of_sending_may_be_a_number(sent, sent_at):
    event = decode(presence() | {"timestamp": sent, "uuid": 77})

    assert (event.sent_at, event.uuid) == (sent_at, "77")
    assert event.unreadable == (("timestamp",) if sent == {} else ())


def test_what_cannot_be_read_is_named_and_the_rest_taken():
    event = decode(
        presence(
            activeCalls=[None, 7, {"id": 5, "from": {"phoneNumber": "+14155550123", "name": "Bob"}, "callInfo": []}],
            sequence="17",
            telephonyStatus="Ringing",
            presenceStatus=True,
        )
    )

    (call,) = event.body.active_calls
    assert (call.id, call.from_, call.from_name) == ("5", "+14155550123", "Bob")
    assert (event.sequence, event.body.telephony_status, event.body.presence_status) == (17, "Ringing", None)
    assert event.unreadable == ("presenceStatus", "activeCalls[]", "activeCalls[].callInfo")


# What is refused

DEEP = b"[" * 900_000 + b"]" * 900_000
NAME = b'{"event": "' + PATH.encode() + b'", "body": '


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (b"", "$"),
        (b"<html>5551234</html>", "$"),
        (b'{"event": "5551234', "$"),
        ('{"event": "5551234"}'.encode("utf-16"), "$"),
        (b"null", "$"),
        (b"5551234", "$"),
        (b"[]", "$"),
        (b"{}", "extensionId"),
        (b'{"event": null, "body": {}}', "extensionId"),
        (b'{"event": 5551234, "body": {"telephonyStatus": "5551234"}}', "extensionId"),
        (DEEP, "$: Expected"),
        (b'{"event": "x", "body": ' + DEEP + b"}", "$: it is nested too deeply"),
        (NAME + b"null}", "$.body"),
        (NAME + b"5551234}", "$.body"),
        (NAME + b"[]}", "$.body"),
        (NAME.replace(b"extension/2/", b"") + b'{"telephonyStatus": "5551234"}}', "extensionId"),
        (NAME.replace(b"extension/2/", b"") + b'{"extensionId": {"5551234": 1}}}', "extensionId"),
        (NAME.replace(b"extension/2/", b"") + b'{"extensionId": ' + b"5551234" * 1000 + b"}}", "extensionId"),
    ],
    ids=lambda value: repr(value)[:60],
)
def test_malformed_event_is_refused_with_its_place_and_without_its_value(text, place):
    with pytest.raises(PayloadError) as refusal:
        decode_notification(text)

    assert place in str(refusal.value)
    assert "5551234" not in str(refusal.value)


@pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if kind is MailboxEvent])
def test_events_of_a_mailbox_say_whose_it_is(name):
    event = payload(name)

    assert decode_notification(as_json(event)) == MailboxEvent(extension_id=event["event"].split("/")[6])
