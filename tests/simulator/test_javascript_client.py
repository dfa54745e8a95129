"""RingCentral's own JavaScript client against the simulator."""

import json

import pytest

from simulator.cloud import CloudSettings, Simulator
from simulator.logins import HISTORY_PERMISSIONS
from simulator.messages import make_audio
from tests.judge import SOURCE, client_file, javascript_client, needs_node
from tests.waiting import until

__all__ = ["client_file"]

pytestmark = needs_node


@pytest.fixture
async def simulator(account, clock):
    # The client uses a socket's token again for four fifths of its life, and the cloud accepts it once.
    async with Simulator(account, clock=clock, settings=CloudSettings(ws_token_ttl=1)) as running:
        yield running


@pytest.fixture
def connect(client_file, simulator):
    return lambda: javascript_client(client_file, simulator.url, simulator.credentials)


def test_packages_are_pinned_by_their_content_and_not_by_an_address():
    packages = json.loads((SOURCE / "package-lock.json").read_text())["packages"]
    pinned = [entry for name, entry in packages.items() if name]

    assert packages["node_modules/@rc-ex/core"]["version"] == "1.8.6"
    assert packages["node_modules/@rc-ex/ws"]["version"] == "1.4.2"
    assert all(entry["integrity"].startswith("sha512-") and "resolved" not in entry for entry in pinned)


def statuses(events):
    return [event["body"]["telephonyStatus"] for event in events]


async def test_client_logs_in_reads_presence_subscribes_receives_calls_and_leaves_nothing(connect, simulator, phones):
    async with connect() as client:
        (presence,) = await client.receive("presence")
        (extension,) = await client.receive("extension")
        (subscription,) = await client.receive("subscription")
        assert extension["extensionNumber"] == "101"
        assert (presence["telephonyStatus"], presence["activeCalls"]) == ("NoCall", [])
        assert subscription["id"] in simulator.subscriptions.by_id

        call = phones.call_in("101", from_name="John Wang")
        call.answer()
        call.hang_up()

        events = await client.receive("event", 3)
        assert statuses(events) == ["Ringing", "CallConnected", "NoCall"]
        assert events[0]["body"]["activeCalls"][0]["fromName"] == "John Wang"
        assert await client.end() == (0, "")
    assert simulator.subscriptions.by_id == {}
    assert simulator.oauth.sessions == []


@pytest.mark.parametrize("fault", ["abrupt", "disconnect"])
async def test_client_recovers_a_dropped_socket_with_what_it_missed(connect, simulator, phones, fault):
    async with connect() as client:
        await client.receive("subscription")
        call = phones.call_in("101")
        await client.receive("event", 1)

        simulator.faults.apply({"kind": fault})
        await until(lambda: not simulator.gateway.connections)
        call.answer()

        assert await client.receive("recovery") == ["autoRecoverSuccess"]
        assert statuses(await client.receive("event", 2)) == ["Ringing", "CallConnected"]
        call.hang_up()
        assert statuses(await client.receive("event", 3))[-1] == "NoCall"
        assert (await client.end())[0] == 0
    assert simulator.gateway.recovered == 1


async def test_client_whose_recovery_comes_too_late_subscribes_again(connect, simulator, phones, clock):
    async with connect() as client:
        (first,) = await client.receive("subscription")
        simulator.faults.apply({"kind": "abrupt"})
        await until(lambda: not simulator.gateway.connections)
        clock.advance(181)

        assert await client.receive("recovery") == ["autoRecoverFailed"]
        await until(lambda: [key for key in simulator.subscriptions.by_id if key != first["id"]])
        phones.call_in("101")
        (event,) = await client.receive("event")

    assert event["subscriptionId"] != first["id"]


async def test_client_synchronises_the_call_log_and_reads_marks_and_deletes_a_voicemail(
    client_file, simulator, phones, account, clock
):
    simulator.permit(*HISTORY_PERMISSIONS)
    phones.call_in("101").hang_up()
    account.messages.add(account.find("101").id, seconds=2)
    clock.advance(30)

    async with javascript_client(client_file.with_name("history.mjs"), simulator.url, simulator.credentials) as client:
        (full,) = await client.receive("full")
        said = client.said[0]
        assert (await client.end()) == (0, "")

    assert [record["result"] for record in full["records"]] == ["Missed"]
    assert said["more"]["syncInfo"]["syncType"] == "ISync"
    assert len(said["listed"]["records"]) == 1
    assert said["messages"]["records"][0]["vmTranscriptionStatus"] == "Completed"
    assert said["audio"] == len(make_audio(2))
    assert said["read"]["readStatus"] == "Read"
    assert said["left"]["records"] == []
