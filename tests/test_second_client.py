"""RingCentral's own client and ours listen to the same office with the same faults, and are compared with the truth."""

import json
import random

import pytest

from simulator.office_day import OfficeDay
from simulator.settings import CloudSettings
from tests.judge import client_file, javascript_client, needs_node
from tests.waiting import until

__all__ = ["client_file"]

pytestmark = needs_node

EVERYONE = "/restapi/v1.0/account/~/presence?detailedTelephonyState=true&sipData=true"
ROUNDS = 4
FAULTS = (None, {"kind": "abrupt"}, {"kind": "disconnect", "code": 1001}, {"kind": "duplicate", "for": 30})


@pytest.fixture
def settings():
    # The other client uses a socket's token again for four fifths of its life, and the cloud accepts it once.
    return CloudSettings(ws_token_ttl=1)


def sequences(events):
    return {(str(event["body"]["extensionId"]), event["body"]["sequence"]) for event in events}


async def test_both_agree_with_the_truth_at_each_quiet_moment(office, simulator, account, phones, clock, client_file):
    seen_so_far = []
    take = office.coordinator.push_events

    def listen(payloads, *, replayed):
        seen_so_far.extend(json.loads(payload) for payload in payloads)
        take(payloads, replayed=replayed)

    office.coordinator.push_events = listen
    # A user of its own: RingCentral counts logins and passes by user.
    other = simulator.add_login(account.find("107").id)
    day = OfficeDay(phones, seed=5)
    chance = random.Random(5)
    async with javascript_client(client_file, simulator.url, other, EVERYONE) as client:
        await client.receive("subscription")

        def misses():
            """Return where the last word that the other client received of an extension is not the truth."""
            last = {str(event["body"]["extensionId"]): event["body"] for event in client.all("event")}
            return [
                extension_id
                for extension_id, body in last.items()
                if body["telephonyStatus"] != account.truth(int(extension_id)).telephony_status
                and account.extensions[int(extension_id)].settings["allowSeeMyPresence"]
            ]

        for number in range(ROUNDS):
            links = len(client.all("recovery"))
            for _ in range(12):
                day.step()
                await office.settle()
            if fault := FAULTS[number % len(FAULTS)]:
                simulator.faults.apply(fault)
            for _ in range(chance.randrange(6, 12)):
                day.step()
                await office.settle()
            if fault and fault["kind"] in {"abrupt", "disconnect"}:
                recovered = await client.receive("recovery", links + 1)
                assert recovered[-1] == "autoRecoverSuccess"
                clock.advance(8)
                await office.shows(None, "connection", "on")
                await office.pass_time(10)
            await until(lambda: not misses())
            await office.until_true()
            await until(lambda: sequences(client.all("event")) <= sequences(seen_so_far))
        assert len(sequences(client.all("event"))) > 30
        assert (await client.end())[0] == 0
