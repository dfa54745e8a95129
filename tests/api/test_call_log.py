"""The call log, against the simulator."""

import pytest

from custom_components.ringcentral.api.answers import read_synced
from custom_components.ringcentral.api.call_log import CallLogRecord, sync_call_log
from custom_components.ringcentral.api.errors import PermissionMissingError, RequestRejectedError
from custom_components.ringcentral.api.transport import Reply, refusal
from simulator.logins import HISTORY_PERMISSIONS
from tests.samples import as_json, payload


@pytest.fixture
def client(client, simulator):
    simulator.permit(*HISTORY_PERMISSIONS)
    return client


async def test_records_of_a_week_come_first_and_then_what_has_changed(client, clock, phones):
    phones.call_in("101", from_name="John Wang", from_number="+14155550123").hang_up()
    clock.advance(60)
    first = await sync_call_log(client, since=clock.time() - 7 * 86400)
    phones.call_out("101", "+14155550134").hang_up()
    clock.advance(60)
    second = await sync_call_log(client, since=clock.time() - 86400, token=first.token)

    (missed,) = first.records
    assert (missed.result, missed.direction, missed.from_.name) == ("Missed", "Inbound", "John Wang")
    assert missed.from_.number == "+14155550123"
    assert missed.telephony_session_id == phones.history[0].telephony_session_id
    assert second.records[0].direction == "Outbound"
    assert second.token != first.token


async def test_a_token_that_is_no_longer_good_is_refused(client, simulator, clock):
    token = (await sync_call_log(client, since=clock.time() - 86400)).token
    simulator.call_log.frames.forget()

    with pytest.raises(RequestRejectedError) as caught:
        await sync_call_log(client, since=clock.time() - 86400, token=token)
    assert (caught.value.status, caught.value.code) == (400, "CLG-101")


async def test_without_the_permission_its_name_is_known(client, simulator, clock):
    simulator.login(simulator.credentials).application.permissions.discard("ReadCallLog")

    with pytest.raises(PermissionMissingError) as caught:
        await sync_call_log(client, since=clock.time() - 86400)
    assert (caught.value.permission, caught.value.of_app) == ("ReadCallLog", True)
    documented = payload("error-403-read-call-log.doc")
    error = refusal(Reply(documented["status"], {}, as_json(documented["body"])))
    assert isinstance(error, PermissionMissingError)


async def test_the_company_log_is_one_request_for_everybody(client, simulator, phones, clock):
    simulator.login(simulator.credentials).permissions.add("FullCompanyCallLog")
    phones.call_in("102").hang_up()
    phones.call_in("103").hang_up()
    clock.advance(60)

    records = (await sync_call_log(client, since=clock.time() - 86400, of_account=True)).records

    assert len({record.extension.id for record in records}) == 2
    assert simulator.requests["GET", "/restapi/v1.0/account/{accountId}/call-log-sync"] == 1


@pytest.mark.parametrize(
    ("name", "results"),
    [
        ("rest-call-log-sync-fsync.captured-2018", ["Call connected", "No Answer"]),
        ("rest-call-log-sync-isync.doc", ["Call connected"]),
        ("rest-call-log-missed.composed", ["Missed", "Voicemail", None]),
    ],
)
def test_samples_are_read(name, results):
    found = read_synced(Reply(200, {}, as_json(payload(name))), CallLogRecord)

    assert [record.result for record in found.records] == results
    assert all(record.id and record.start_time for record in found.records)


def test_captured_list_has_records_of_the_same_shape():
    records = payload("rest-call-log-list.captured-2017")["records"]
    answer = {"records": records, "syncInfo": {"syncToken": "t"}}

    found = read_synced(Reply(200, {}, as_json(answer)), CallLogRecord).records

    assert len(found) == len(records)


def test_a_record_of_which_something_cannot_be_read_keeps_the_rest():
    record = {"id": 7, "sessionId": 42, "duration": "18", "from": {"extensionNumber": 102}, "result": ["Missed"]}
    answer = {"records": [None, record], "syncInfo": {"syncToken": "t"}}

    (found,) = read_synced(Reply(200, {}, as_json(answer)), CallLogRecord).records

    assert (found.id, found.session_id, found.duration, found.result) == ("7", "42", 18, None)
    assert found.from_.number == "102"
