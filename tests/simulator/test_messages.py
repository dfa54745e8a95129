"""The simulated voicemail: from the recording to the transcription, and who is notified of it."""

import io
import wave

import pytest

from simulator.logins import HISTORY_PERMISSIONS
from tests.samples import payload
from tests.simulator.visitor import API, Visitor, shape

STORE = "/account/~/extension/~/message-store"
SYNC = "/account/~/extension/~/message-sync"
FILTERS = ("/account/~/extension/~/message-store?type=VoiceMail", "/account/~/extension/~/voicemail")


@pytest.fixture
async def user(simulator):
    simulator.permit(*HISTORY_PERMISSIONS)
    async with Visitor(simulator) as visitor:
        await visitor.log_in()
        yield visitor


async def read(user, path):
    reply = await user.get(path)
    assert reply.status == 200, reply.text
    return reply.json


async def test_a_caller_who_is_not_answered_leaves_a_message_that_is_transcribed_later(user, phones, clock):
    socket = await user.connect()
    await socket.subscribe(*FILTERS)
    phones.call_in("101", from_name="John Wang").go_to_voicemail(seconds=10, text="Please call back.")
    assert (await read(user, STORE))["records"] == []

    clock.advance(15)
    reported = [await socket.event(), await socket.event()]
    (message,) = (await read(user, STORE))["records"]

    assert reported[0]["body"]["changes"] == [
        {"type": "VoiceMail", "newCount": 1, "updatedCount": 0, "newMessageIds": [message["id"]]}
    ]
    assert reported[1]["body"]["id"] == str(message["id"])
    assert message["vmTranscriptionStatus"] == "InProgress"
    assert message["attachments"][0]["vmDuration"] == 10

    clock.advance(20)
    assert (await socket.event())["body"]["changes"] == [{"type": "VoiceMail", "newCount": 0, "updatedCount": 1}]
    message = await read(user, f"{STORE}/{message['id']}")
    text = await user.get(message["attachments"][1]["uri"].partition(API)[2])
    assert (message["vmTranscriptionStatus"], text.text) == ("Completed", "Please call back.")


async def test_the_recording_is_audio_of_some_seconds_and_requires_a_token(user, account, front_desk):
    account.messages.add(front_desk, seconds=3)
    (message,) = (await read(user, STORE))["records"]
    path = message["attachments"][0]["uri"].removeprefix(str(user.http._base_url).rstrip("/"))

    assert (await user.call("GET", path)).status == 401
    bearer = {"Authorization": f"Bearer {user.token['access_token']}"}
    async with user.http.get(path, headers=bearer) as response:
        assert response.content_type == "audio/x-wav"
        with wave.open(io.BytesIO(await response.read())) as audio:
            assert audio.getnframes() / audio.getframerate() == 3


async def test_what_is_read_in_one_client_is_reported_to_all(user, account, front_desk):
    message = account.messages.add(front_desk)
    socket = await user.connect()
    await socket.subscribe(FILTERS[0])

    reply = await user.request("PUT", f"{API}{STORE}/{message.id}", {"readStatus": "Read"})

    assert (reply.status, reply.json["readStatus"]) == (200, "Read")
    assert (await socket.event())["body"]["changes"][0]["updatedCount"] == 1
    assert (await read(user, f"{STORE}?readStatus=Unread"))["records"] == []
    assert (await user.request("PUT", f"{API}{STORE}/{message.id}", {"readStatus": "Maybe"})).codes == ["CMN-101"]


async def test_a_deleted_message_is_purged_after_days_or_the_second_time(user, account, front_desk, clock):
    first, second = account.messages.add(front_desk), account.messages.add(front_desk)
    token = (await read(user, f"{SYNC}?syncType=FSync"))["syncInfo"]["syncToken"]

    for message in (first, second, second):
        assert (await user.request("DELETE", f"{API}{STORE}/{message.id}")).status == 204

    assert (await read(user, STORE))["records"] == []
    changed = (await read(user, f"{SYNC}?syncType=ISync&syncToken={token}"))["records"]
    assert changed == [
        {"id": second.id, "availability": "Purged"},
        {"id": first.id, "availability": "Deleted"},
    ]
    assert (await user.get(f"{STORE}/{second.id}/content/{second.id}")).status == 404
    clock.advance(5 * 86400 + 1)
    await user.log_in()
    assert (await read(user, f"{STORE}/{first.id}"))["availability"] == "Purged"
    assert (await user.request("PATCH", f"{API}{STORE}/{first.id}", {"availability": "Alive"})).status == 200


async def test_an_unknown_token_needs_a_full_synchronisation(user):
    assert (await user.get(f"{SYNC}?syncType=ISync&syncToken=nonsense")).codes == ["CMN-101"]


async def test_another_mailbox_is_refused_by_rest_and_silent_by_push(simulator, account, front_desk):
    other = simulator.add_login(account.find("102").id, permissions={*HISTORY_PERMISSIONS, "WebSocket"})
    async with Visitor(simulator, other) as visitor:
        await visitor.log_in()
        reply = await visitor.get(f"/account/~/extension/{front_desk}/message-store")
        assert (reply.status, reply.json) == (403, payload("error-403-extended-scope.captured-2025")["body"])
        socket = await visitor.connect()
        subscription = await socket.subscribe(f"/account/~/extension/{front_desk}/message-store?type=VoiceMail")
        assert len(subscription["eventFilters"]) == 1
        account.messages.add(front_desk)
        assert await socket.is_silent()


async def test_without_the_scope_the_filters_are_refused(visitor):
    await visitor.log_in()
    socket = await visitor.connect()
    subscription = await socket.subscribe("/account/~/extension/~/presence", *FILTERS)

    assert len(subscription["disabledFilters"]) == 2
    assert (await visitor.get(STORE)).codes == ["CMN-401"]


async def test_messages_and_events_look_as_documented(user, account, front_desk):
    account.settings.transcription = "at_once"
    socket = await user.connect()
    await socket.subscribe(*FILTERS)
    account.messages.add(front_desk, from_number="+14155550123", from_name="John Wang")
    store, voicemail = await socket.event(), await socket.event()

    (message,) = (await read(user, STORE))["records"]
    composed = payload("rest-message-voicemail-transcribed.composed")
    assert composed.keys() == message.keys()
    assert payload("rest-message-voicemail.doc").keys() <= message.keys()
    sample = payload("event-voicemail.doc")
    assert sample["body"].keys() <= voicemail["body"].keys()
    assert type(sample["body"]["id"]) is type(voicemail["body"]["id"])
    assert payload("event-message-store-new.composed")["body"].keys() == store["body"].keys()
    assert shape(payload("event-message-store-voicemail.captured-2016")["body"]["changes"])
    (synced,) = (await read(user, f"{SYNC}?syncType=FSync"))["records"]
    assert synced == message
    sync = await read(user, f"{SYNC}?syncType=FSync")
    assert payload("rest-message-sync-isync.composed")["syncInfo"].keys() == sync["syncInfo"].keys()


@pytest.mark.parametrize("name", ["rest-message-sync-fsync.captured-2017", "event-message-store.captured-2018"])
async def test_other_kinds_of_messages_are_not_simulated(name):
    assert "VoiceMail" not in str(payload(name))
