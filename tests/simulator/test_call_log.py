"""The simulated call log: when records come, what they say, and how they are synchronised."""

from pathlib import Path
import re

import pytest

from simulator.logins import HISTORY_PERMISSIONS
from tests.samples import payload
from tests.simulator.visitor import Visitor, shape

LOG = "/account/~/extension/~/call-log"
SYNC = f"{LOG}-sync"
FULL = f"{SYNC}?syncType=FSync&recordCount=250"


@pytest.fixture
async def user(simulator):
    simulator.permit(*HISTORY_PERMISSIONS)
    async with Visitor(simulator) as visitor:
        await visitor.log_in()
        yield visitor


async def read(user, path=FULL):
    reply = await user.get(path)
    assert reply.status == 200, reply.text
    return reply.json


async def results(user, path=FULL):
    return [record["result"] for record in (await read(user, path))["records"]]


async def test_a_record_comes_seconds_after_the_end_and_settles_later(user, phones, clock):
    phones.call_in("101").go_to_voicemail(seconds=3)
    assert await results(user) == []

    clock.advance(5)
    assert await results(user) == ["Missed"]

    clock.advance(4)
    (record,) = (await read(user))["records"]
    assert record["result"] == "Voicemail"
    message = (await read(user, f"/account/~/extension/~/message-store/{record['message']['id']}"))["uri"]
    assert message == record["message"]["uri"]


async def test_what_happened_is_in_the_result(user, phones, clock):
    phones.call_in("101").hang_up()
    clock.advance(60)
    answered = phones.call_in("101", from_name="John Wang")
    clock.advance(10)
    answered.answer()
    clock.advance(25)
    answered.hang_up()
    clock.advance(60)
    phones.call_out("101", "+14155550134").hang_up()
    phones.block("101")
    clock.advance(60)

    records = (await read(user))["records"]
    assert [record["result"] for record in records] == ["No Answer", "Blocked", "Accepted", "Missed"] or [
        record["result"] for record in records
    ] == ["Blocked", "No Answer", "Accepted", "Missed"]
    accepted = records[2]
    assert (accepted["duration"], accepted["from"]["name"]) == (25, "John Wang")


async def test_records_have_the_ids_of_the_live_call(user, phones, clock, account):
    phones.call_in("101").hang_up()
    step = phones.history[-1]
    clock.advance(20)

    (record,) = (await read(user))["records"]
    assert (record["sessionId"], record["telephonySessionId"]) == (step.session_id, step.telephony_session_id)

    account.settings.log_ids = "differ"
    (record,) = (await read(user))["records"]
    assert record["sessionId"] != step.session_id
    assert "telephonySessionId" not in record


async def test_a_synchronisation_brings_what_has_changed_again(user, phones, clock):
    phones.call_in("101").hang_up()
    clock.advance(100)
    token = (await read(user))["syncInfo"]["syncToken"]
    assert await results(user, f"{SYNC}?syncType=ISync&syncToken={token}") == []

    phones.call_in("101").go_to_voicemail(seconds=3)
    clock.advance(6)
    first = await read(user, f"{SYNC}?syncType=ISync&syncToken={token}")
    clock.advance(10)
    token = first["syncInfo"]["syncToken"]
    second = await read(user, f"{SYNC}?syncType=ISync&syncToken={token}")

    assert [record["result"] for record in first["records"]] == ["Missed"]
    assert [record["result"] for record in second["records"]] == ["Voicemail"]
    assert first["records"][0]["id"] == second["records"][0]["id"]


async def test_a_token_that_is_unknown_expired_or_of_another_frame_is_refused(user, simulator, clock):
    expected = payload("error-400-sync-token.composed")
    token = (await read(user, f"{FULL}&statusGroup=Missed"))["syncInfo"]["syncToken"]

    for path in (f"{SYNC}?syncType=ISync&syncToken=nonsense", f"{SYNC}?syncType=ISync&syncToken={token}"):
        reply = await user.get(path)
        assert (reply.status, reply.codes) == (400, ["CLG-101"])
        assert shape(reply.json) == shape(expected["body"])

    simulator.settings.sync_token_ttl = 3600
    token = (await read(user))["syncInfo"]["syncToken"]
    clock.advance(3700)
    assert (await user.refresh()).status == 200
    assert (await user.get(f"{SYNC}?syncType=ISync&syncToken={token}")).codes == ["CLG-101"]


async def test_more_than_250_records_need_a_full_synchronisation_which_brings_250(user, account):
    token = (await read(user))["syncInfo"]["syncToken"]
    account.call_log.fill(account.find("101"), 251)

    reply = await user.get(f"{SYNC}?syncType=ISync&syncToken={token}")
    week_ago = "dateFrom=2000-01-01T00:00:00Z"

    assert (reply.status, reply.codes) == (400, ["CLG-101"])
    assert "limit is exceeded" in reply.json["message"]
    assert len(await results(user)) == 143
    assert (await user.get(f"{FULL}&{week_ago}")).codes == ["CMN-101"]
    assert (await user.get(f"{SYNC}?syncType=FSync")).codes == ["CMN-101"]


async def test_the_log_needs_its_scope_and_is_the_logins_own(simulator, account, front_desk):
    other = simulator.add_login(account.find("102").id, permissions={*HISTORY_PERMISSIONS, "ReadAccounts"})
    async with Visitor(simulator, other) as visitor:
        await visitor.log_in()
        assert (await visitor.get(f"/account/~/extension/{front_desk}/call-log")).codes == ["CMN-419"]
        assert (await visitor.get("/account/~/call-log")).codes == ["CMN-408"]
    async with Visitor(simulator) as visitor:
        await visitor.log_in()
        reply = await visitor.get(FULL)
        assert reply.json == payload("error-403-read-call-log.doc")["body"]


async def test_the_company_log_has_everybodys_records(user, simulator, phones, clock):
    simulator.login(simulator.credentials).permissions.add("FullCompanyCallLog")
    phones.call_in("102").hang_up()
    phones.call_in("103").hang_up()
    clock.advance(20)

    records = (await read(user, "/account/~/call-log"))["records"]
    assert len({record["extension"]["id"] for record in records}) == 2
    assert await results(user) == []


async def test_calls_in_progress_have_no_result_yet(user, phones):
    phones.call_in("101")

    assert await results(user, "/account/~/extension/~/active-calls") == ["In Progress"]


async def test_maintenance_leaves_the_log(user, simulator):
    simulator.settings.maintenance = True

    assert (await user.get(FULL)).status == 200
    reply = await user.get("/account/~/extension/~/presence")
    assert (reply.status, reply.codes) == (503, ["CMN-211"])


async def test_records_look_as_captured(user, phones, clock):
    phones.call_in("101", from_name="John Wang").hang_up()
    clock.advance(20)

    reply = await read(user)
    captured = payload("rest-call-log-sync-fsync.captured-2018")
    assert captured.keys() == reply.keys()
    assert captured["syncInfo"].keys() == reply["syncInfo"].keys()
    assert captured["records"][0].keys() <= reply["records"][0].keys()
    listed = payload("rest-call-log-list.captured-2017")["records"][0].keys()
    assert {"id", "sessionId", "startTime", "direction", "action", "result"} <= listed & reply["records"][0].keys()


def test_every_dialect_of_the_history_is_in_the_page():
    root = Path(__file__).parents[2]
    page = (root / "docs" / "simulator.md").read_text().partition("## Dialects of the history")[2]
    rows = re.findall(r"^\| (`[^|]+`) \| ", page.partition("\n## ")[0], re.MULTILINE)
    listed = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    source = (root / "simulator" / "settings.py").read_text().partition("# Dialects of the history")[2]
    own = re.findall(r"^    (\w+): ", source.partition("# Dialects of the connection")[0], re.MULTILINE)

    assert listed == set(own)
