"""Dialects: each row of the table does what its name says on the wire, and changes nothing of the truth."""

from dataclasses import replace
from pathlib import Path
import re

import pytest

from simulator.account import demo_account
from simulator.clock import Clock
from simulator.dialects import DIALECTS, combined, draw, losses
from simulator.office_day import HOUR, OPENS, OfficeDay
from simulator.phones import Phones
from simulator.settings import CloudSettings

ROOT = Path(__file__).parents[2]

# The table


@pytest.mark.parametrize("name", DIALECTS)
def test_a_dialect_changes_settings_that_there_are_and_says_why(name):
    row, default = DIALECTS[name], CloudSettings()

    assert row.source
    assert {setting for setting, value in row.changes.items() if getattr(default, setting) == value} == set()
    assert CloudSettings(dialects=(name,)) == replace(default, dialects=(name,), **row.changes)


def test_every_dialect_and_its_setting_have_a_line_in_the_documentation():
    table = (ROOT / "docs" / "simulator.md").read_text().partition("| Setting |")[2].partition("\n\n")[0]
    described: dict[str, set[str]] = {}
    for line in table.splitlines()[2:]:
        setting, _, dialects = (set(re.findall(r"`(\w+)`", cell)) for cell in line.split("|")[1:4])
        described |= dict.fromkeys(setting, dialects)

    assert set().union(*described.values()) == DIALECTS.keys()
    for name, row in DIALECTS.items():
        assert any(name in described[setting] for setting in row.changes), name


def test_a_cloud_speaks_the_dialects_it_was_given_last_and_no_others():
    settings = CloudSettings(dialects=("ids_as_numbers", "2018"), replay_delay=0)

    settings.speak(["empty_list"])

    assert settings == CloudSettings(dialects=("empty_list",), replay_delay=0)


@pytest.mark.parametrize(
    ("names", "message"), [(["2018", "2015"], "event_form"), (["klingon"], "no dialect 'klingon'")]
)
def test_dialects_that_contradict_each_other_or_are_unknown_are_refused(names, message):
    settings = CloudSettings()

    with pytest.raises(ValueError, match=message):
        settings.speak(names)

    assert settings == CloudSettings()


def test_dialects_drawn_by_chance_go_together_lose_nothing_and_are_all_drawn_one_day():
    drawn = [draw(seed) for seed in range(400)]

    assert drawn[:50] == [draw(seed) for seed in range(50)]
    assert len(set(drawn)) > 350
    for names in drawn:
        combined(names)
        assert losses(names) == frozenset()
    lossless = {name for name, row in DIALECTS.items() if not row.loses}
    assert {name for names in drawn for name in names} == lossless
    assert any("without_names" in draw(seed, may_lose=["names"]) for seed in range(100))


# The truth


def story(*names):
    """Play a morning; return what happened, and what was true and known of everybody along the way."""
    account = demo_account(Clock(1_750_000_000))
    account.settings.speak(names)
    account.update_presence(account.find("101").id, {"ringOnMonitoredCall": True})
    phones = Phones(account)
    day = OfficeDay(phones, seed=7)
    seen = []
    while day.now < OPENS + 2 * HOUR:
        day.step()
        truths = [(account.truth(one), account.visible_truth(one)) for one in account.extensions]
        seen.append([(truth.fields, [(leg.key, leg.status) for leg in truth.calls]) for truth, _ in truths])
        if "monitored" not in losses(names):
            assert all(truth == visible for truth, visible in truths)
    steps = [(step.extension_id, step.session_id, step.kind, step.party_id) for step in phones.history]
    return steps, seen


@pytest.fixture(scope="module")
def default_story():
    return story()


@pytest.mark.parametrize("name", DIALECTS)
def test_the_same_day_is_true_in_every_dialect(default_story, name):
    assert story(name) == default_story


def test_each_combination_can_be_spoken(default_story):
    for seed in range(40):
        assert story(*draw(seed)) == default_story


# Through the servers


async def event_of(user, filters, act):
    """Subscribe, act, and return the first event."""
    socket = await user.connect()
    await socket.subscribe(*filters)
    act()
    return await socket.event()


OWN = "/account/~/extension/~/presence?detailedTelephonyState=true"


@pytest.mark.parametrize(
    ("names", "account_place", "extension_place"),
    [([], "{account}", "{own}"), (["account_as_tilde"], "~", "{own}"), (["own_extension_as_tilde"], "~", "~")],
)
async def test_the_path_of_an_event(user, account, phones, speak, front_desk, names, account_place, extension_place):
    speak(*names)

    event = await event_of(user, [OWN], lambda: phones.call_in("101"))

    place = f"/restapi/v1.0/account/{account_place}/extension/{extension_place}/presence?detailedTelephonyState=true"
    assert event["event"] == place.format(account=account.id, own=front_desk)


@pytest.mark.parametrize(
    ("names", "end"), [([], "Z"), (["times_with_offset"], "+0000"), (["times_in_milliseconds"], "Z")]
)
async def test_the_time_of_an_event_is_a_text(user, phones, speak, names, end):
    speak(*names)

    assert (await event_of(user, [OWN], lambda: phones.call_in("101")))["timestamp"].endswith(end)


@pytest.mark.parametrize(("names", "has_list"), [([], True), (["account_filter_without_detail"], False)])
async def test_the_filter_of_the_account(user, phones, speak, names, has_list):
    speak(*names)

    event = await event_of(user, ["/account/~/presence?detailedTelephonyState=true"], lambda: phones.call_in("103"))

    assert ("activeCalls" in event["body"]) is has_list
    assert event["body"]["telephonyStatus"] == "Ringing"


@pytest.mark.parametrize(("names", "status"), [([], "ParkedCall"), (["park_leg_without_status"], None)])
async def test_a_park_location_has_events_of_its_own_and_is_offline_by_rest(
    user, account, phones, speak, names, status
):
    speak(*names)
    location = account.find("801")
    call = phones.call_in("101", from_name="John Wang")
    call.answer()
    path = f"/account/~/extension/{location.id}/presence"

    event = await event_of(user, [f"{path}?detailedTelephonyState=true&sipData=true"], lambda: call.park(location))

    assert event["body"]["telephonyStatus"] == "ParkedCall"
    (parked,) = event["body"]["activeCalls"]
    assert (parked.get("telephonyStatus"), parked["fromName"]) == (status, "John Wang")
    reply = (await user.get(f"{path}?detailedTelephonyState=true")).json
    assert reply.keys() - {"uri", "extension"} == {"presenceStatus"}
    assert [step.kind for step in phones.history if step.extension_id == location.id] == ["parked"]


async def test_a_park_location_may_say_nothing(user, account, speak):
    speak("park_locations_say_nothing")
    socket = await user.connect()
    text = f"/restapi/v1.0/account/~/extension/{account.find('801').id}/presence"

    body = {"eventFilters": [text], "deliveryMode": {"transportType": "WebSocket"}}
    meta, refusal = await socket.request("POST", "/restapi/v1.0/subscription/", body)

    assert (meta["status"], refusal["errorCode"]) == (403, "SUB-402")


async def test_the_answer_to_a_change_may_not_know_of_do_not_disturb(user, account, speak, front_desk):
    speak("put_answers_unknown_dnd")
    path = "/restapi/v1.0/account/~/extension/~/presence"

    reply = await user.request("PUT", path, {"dndStatus": "DoNotAcceptAnyCalls"})

    assert reply.json["dndStatus"] == "Unknown"
    assert account.truth(front_desk).fields["dndStatus"] == "DoNotAcceptAnyCalls"


async def test_there_may_be_no_list_of_lines(user, speak):
    assert (await user.get("/account/~/extension/~/presence/line")).status == 200

    speak("no_line_list")

    reply = await user.get("/account/~/extension/~/presence/line")
    assert (reply.status, reply.codes) == (404, ["CMN-120"])


@pytest.mark.parametrize(
    ("names", "code", "key"),
    [([], "CMN-408", "permissionName"), (["extended_scope_code"], "CMN-419", "permissionsName")],
)
async def test_a_missing_user_permission(user, simulator, speak, names, code, key):
    speak(*names)
    simulator.login(user.credentials).permissions.discard("ReadPresenceStatus")

    reply = await user.get("/account/~/extension/~/presence")

    assert (reply.status, reply.json["errorCode"], reply.codes) == (403, code, [code])
    assert reply.json["errors"][0][key] == reply.json[key] == "ReadPresenceStatus"


async def test_others_may_need_an_extended_scope(user, account, simulator, speak):
    speak("others_need_extended_scope")
    other, own = account.find("102").id, account.find("101").id
    path = "/account/~/extension/{}/presence"

    assert (await user.get(path.format("~"))).status == 200
    assert (await user.get(path.format(other))).codes == ["CMN-419"]
    bulk = await user.get(path.format(f"{own},{other}"), Accept="application/vnd.ringcentral.multipart+json")
    assert [part["status"] for part in bulk.json] == [200, 403]
    simulator.login(user.credentials).is_administrator = True
    assert (await user.get(path.format(other))).status == 200
