"""Voicemails, against the simulator."""

import pytest

from custom_components.ringcentral.api.answers import read_synced
from custom_components.ringcentral.api.errors import RequestRejectedError
from custom_components.ringcentral.api.messages import Message, delete_message, set_read, sync_voicemails
from custom_components.ringcentral.api.tolerant import read
from custom_components.ringcentral.api.transport import Reply
from simulator.logins import HISTORY_PERMISSIONS
from tests.samples import as_json, payload


@pytest.fixture
def client(client, simulator):
    simulator.permit(*HISTORY_PERMISSIONS)
    return client


async def test_voicemails_come_first_and_then_what_has_changed(client, account, own_id, clock):
    account.messages.add(own_id, from_name="John Wang", seconds=19)
    first = await sync_voicemails(client, since=clock.time() - 86400)
    clock.advance(100)
    second = await sync_voicemails(client, since=clock.time() - 86400, token=first.token)

    (message,) = first.records
    assert (message.type, message.read_status, message.availability) == ("VoiceMail", "Unread", "Alive")
    assert message.attachment("AudioRecording").vm_duration == 19
    assert message.attachment("AudioTranscription") is None
    assert second.records[0].attachment("AudioTranscription") is not None


async def test_a_message_is_marked_and_deleted(client, account, own_id, clock):
    message = account.messages.add(own_id)
    token = (await sync_voicemails(client, since=clock.time() - 86400)).token

    assert (await set_read(client, str(message.id), is_read=True)).read_status == "Read"
    assert message.read_status == "Read"
    await set_read(client, str(message.id), is_read=False)
    assert message.read_status == "Unread"
    await delete_message(client, str(message.id))
    assert message.availability == "Deleted"
    (gone,) = (await sync_voicemails(client, since=clock.time() - 86400, token=token)).records
    assert (gone.id, gone.availability, gone.type) == (message.id, "Deleted", None)


async def test_a_token_that_is_no_longer_good_is_refused(client, clock):
    with pytest.raises(RequestRejectedError) as caught:
        await sync_voicemails(client, since=clock.time() - 86400, token="old")
    assert caught.value.status == 400


@pytest.mark.parametrize("name", ["rest-message-voicemail-transcribed.composed", "rest-message-voicemail.doc"])
def test_samples_are_read(name):
    message = read(as_json(payload(name)), Message).record

    assert message.attachment("AudioRecording").vm_duration in {19, 25}
    assert message.vm_transcription_status in {"Completed", "NotAvailable"}


@pytest.mark.parametrize("name", ["rest-message-sync-isync.composed", "rest-message-sync-fsync.captured-2017"])
def test_synchronizations_are_read(name):
    found = read_synced(Reply(200, {}, as_json(payload(name))), Message)

    assert len(found.records) == 3
    assert found.token
