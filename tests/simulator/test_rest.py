"""The REST API: extensions, presence, lists."""

import json

import pytest

from simulator.account import large_account
from simulator.cloud import Simulator
from tests.samples import payload
from tests.simulator.visitor import API, Visitor


def by_number(account, number):
    return account.find(number).id


async def put(user, extension, **fields):
    return await user.request("PUT", f"{API}/account/~/extension/{extension}/presence", fields)


# Paging


@pytest.fixture
async def large(clock):
    async with Simulator(large_account(clock, users=250), clock=clock) as simulator, Visitor(simulator) as visitor:
        await visitor.log_in()
        yield visitor


async def follow(user, uri):
    """Return the records of all pages."""
    records = []
    while uri:
        page = (await user.request("GET", uri.removeprefix(user.simulator.url))).json
        records += page["records"]
        uri = page["navigation"].get("nextPage", {}).get("uri")
    return records


@pytest.mark.parametrize("path", ["/account/~/extension", "/account/~/presence"])
async def test_pages_of_a_hundred_cover_everything_once(large, path):
    first = (await large.get(path)).json
    records = await follow(large, API + path)

    assert first["paging"] == {
        "page": 1,
        "perPage": 100,
        "pageStart": 0,
        "pageEnd": 99,
        "totalPages": 3,
        "totalElements": len(records),
    }
    assert first["navigation"].keys() == {"firstPage", "nextPage", "lastPage"}
    ids = [record.get("id") or record["extension"]["id"] for record in records]
    everyone = large.simulator.account.extensions.values()
    # Who has no number yet has no presence either.
    expected = [one.id for one in everyone if one.number is not None or "presence" not in path]
    assert ids == expected


async def test_page_holds_at_most_a_thousand_and_keeps_the_filters(large):
    page = (await large.get("/account/~/extension?perPage=5000&type=User&type=Department")).json

    assert page["paging"]["perPage"] == 1000
    assert {record["type"] for record in page["records"]} == {"User", "Department"}
    assert "type=User&type=Department" in page["uri"]


async def test_totals_can_be_missing(large):
    large.simulator.settings.paging_totals = False

    paging = (await large.get("/account/~/extension")).json["paging"]

    assert paging == {"page": 1, "perPage": 100, "pageStart": 0, "pageEnd": 99}


@pytest.mark.parametrize("query", ["page=0", "page=x", "perPage=-1"])
async def test_impossible_page_is_refused(user, query):
    reply = await user.get(f"/account/~/extension?{query}")

    assert (reply.status, reply.codes) == (400, ["CMN-101"])


# Extensions


async def test_extension_list_has_the_documented_fields(large):
    records = await follow(large, f"{API}/account/~/extension")

    documented = payload("rest-extension-list.composed")["records"][0]
    assert documented.keys() - records[0].keys() <= {"subType", "site", "permissions", "profileImage"}
    assert isinstance(records[0]["id"], int)
    (unassigned,) = [record for record in records if record["status"] == "Unassigned"]
    assert "extensionNumber" not in unassigned


async def test_extension_can_be_found_by_number_and_by_email(user):
    for query in ("extensionNumber=103", "email=ben.okafor@example.com"):
        records = (await user.get(f"/account/~/extension?{query}")).json["records"]
        assert [record["name"] for record in records] == ["Ben Okafor"]


async def test_own_extension_names_the_account(user, account):
    info = (await user.get("/account/~/extension/~")).json

    assert info["id"] == user.credentials.extension_id
    assert info["account"]["id"] == str(account.id)
    assert (await user.get(f"/account/{account.id}/extension/{info['id']}")).json == info


@pytest.mark.parametrize("path", ["/account/~/extension/2", "/account/2/extension/~", "/account/~/extension/x"])
async def test_what_does_not_exist_is_not_found(user, path):
    reply = await user.get(path)

    assert (reply.status, reply.codes) == (404, ["CMN-102"])


async def test_features_show_what_the_role_lacks(user, simulator):
    simulator.login(user.credentials).permissions.discard("EditPresenceStatus")

    records = {record["id"]: record for record in (await user.get("/account/~/extension/~/features")).json["records"]}

    assert records["ReadPresenceStatus"]["available"] is True
    assert records["EditPresenceStatus"]["available"] is False
    assert "EditPresenceStatus" in records["EditPresenceStatus"]["reason"]["message"]
    one = (await user.get("/account/~/extension/~/features?featureId=ReadPresenceStatus")).json["records"]
    assert [record["id"] for record in one] == ["ReadPresenceStatus"]


# Lists of a user


async def test_monitored_lines_begin_with_the_own(user, account):
    lines = (await user.get("/account/~/extension/~/presence/line?page=1&perPage=1000")).json["records"]

    documented = payload("rest-presence-line.composed")["records"][1]
    assert lines[0]["extension"]["id"] == str(user.credentials.extension_id)
    assert lines[1].keys() == documented.keys()
    assert lines[1]["extension"].keys() == documented["extension"].keys()
    monitored = [str(one) for one in account.monitored_lines(user.credentials.extension_id)]
    assert [line["extension"]["id"] for line in lines[1:]] == monitored
    assert (await user.get("/account/~/extension/~/presence/line/3")).json == lines[1]
    assert (await user.get("/account/~/extension/~/presence/line/99")).status == 404


async def test_favorites_are_listed(user, account):
    records = (await user.get("/account/~/extension/~/favorite")).json["records"]

    assert [int(record["extensionId"]) for record in records] == account.favorites(user.credentials.extension_id)
    assert records[0].keys() == payload("rest-favorites.composed")["records"][0].keys()


# Presence


async def test_calls_are_sent_on_demand_and_sip_data_too(user, phones):
    phones.call_in("101", from_name="John Wang")

    plain, detailed, sip = [
        (await user.get(f"/account/~/extension/~/presence{query}")).json
        for query in ("", "?detailedTelephonyState=true", "?detailedTelephonyState=true&sipData=true")
    ]

    assert "activeCalls" not in plain
    assert plain["telephonyStatus"] == "Ringing"
    (call,) = detailed["activeCalls"]
    assert (call["fromName"], call["telephonyStatus"]) == ("John Wang", "Ringing")
    assert "sipData" not in call
    assert sip["activeCalls"][0]["sipData"].keys() == {"toTag", "fromTag", "remoteUri", "localUri"}
    assert "sequence" not in sip


async def test_all_calls_are_read_where_an_event_would_cut_them(user, phones):
    for _ in range(9):
        phones.call_in("101")

    calls = (await user.get("/account/~/extension/~/presence?detailedTelephonyState=true")).json["activeCalls"]

    assert len(calls) == 9


async def test_several_are_read_at_once_each_with_its_status(user, account):
    first, hidden = by_number(account, "102"), by_number(account, "108")
    ids = f"{first},2,{hidden}"

    reply = await user.get(f"/account/~/extension/{ids}/presence", Accept="application/vnd.ringcentral.multipart+json")

    assert reply.status == 207
    documented = payload("rest-presence-bulk-207.composed")
    documented = documented["body"] if isinstance(documented, dict) else documented
    assert [part.keys() for part in reply.json] == [documented[0].keys()] * 3
    assert [(part["resourceId"], part["status"]) for part in reply.json] == [
        (str(first), 200),
        ("2", 404),
        (str(hidden), 200),
    ]
    assert reply.json[0]["body"]["presenceStatus"] == "Available"
    assert reply.json[1]["body"]["errors"][0]["errorCode"] == "CMN-102"


async def test_several_come_as_multipart_unless_json_is_asked_for(user, account):
    ids = ",".join(str(by_number(account, number)) for number in ("102", "103"))

    reply = await user.get(f"/account/~/extension/{ids}/presence")

    assert reply.headers["Content-Type"].startswith("multipart/mixed; boundary=")
    boundary = reply.headers["Content-Type"].partition("boundary=")[2]
    parts = reply.text.split(f"--{boundary}")[1:-1]
    overview, first, second = [json.loads(part.partition("\r\n\r\n")[2]) for part in parts]
    assert [entry["status"] for entry in overview["response"]] == [200, 200]
    assert [first["extension"]["extensionNumber"], second["extension"]["extensionNumber"]] == ["102", "103"]


async def test_more_than_thirty_at_once_are_refused(user):
    ids = ",".join(str(number) for number in range(31))

    assert (await user.get(f"/account/~/extension/{ids}/presence")).status == 400


async def test_hidden_presence_is_offline_for_others_and_true_for_the_user(user, simulator, account, phones):
    hidden = by_number(account, "108")
    phones.call_in("108").answer()

    seen = (await user.get(f"/account/~/extension/{hidden}/presence?detailedTelephonyState=true")).json

    assert (seen["presenceStatus"], seen["telephonyStatus"]) == ("Offline", "NoCall")
    assert "activeCalls" not in seen
    credentials = simulator.add_login(hidden)
    async with Visitor(simulator, credentials) as owner:
        await owner.log_in()
        own = (await owner.get("/account/~/extension/~/presence")).json
    assert own["telephonyStatus"] == "CallConnected"


@pytest.mark.parametrize("number", ["200", "801"])
async def test_queue_and_park_location_have_no_presence_of_their_own(user, account, number):
    presence = (await user.get(f"/account/~/extension/{by_number(account, number)}/presence")).json

    assert presence.keys() == payload("rest-extension-presence-limited-type.composed").keys()
    assert presence["presenceStatus"] == "Offline"


# Changing presence


async def test_user_changes_the_own_presence(user, account):
    reply = await put(user, "~", userStatus="Busy", dndStatus="DoNotAcceptAnyCalls", message="Lunch")

    assert reply.status == 200
    assert {name: reply.json[name] for name in ("userStatus", "dndStatus", "message", "presenceStatus")} == {
        "userStatus": "Busy",
        "dndStatus": "DoNotAcceptAnyCalls",
        "message": "Lunch",
        "presenceStatus": "Busy",
    }
    assert account.truth(user.credentials.extension_id).fields["message"] == "Lunch"


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"userStatus": "Asleep"}, "userStatus"),
        ({"userStatus": None}, "userStatus"),
        ({"dndStatus": "DoNotAcceptDepartmentCalls"}, "dndStatus"),
        ({"message": "x" * 76}, "message"),
        ({"ringOnMonitoredCall": "yes"}, "ringOnMonitoredCall"),
    ],
)
async def test_bad_value_is_refused_and_nothing_changes(user, account, fields, name):
    before = account.truth(user.credentials.extension_id)

    reply = await put(user, "~", **{"pickUpCallsOnHold": True} | fields)

    assert (reply.status, reply.codes) == (400, ["CMN-101"])
    assert reply.json["parameterName"] == name
    assert account.truth(user.credentials.extension_id) == before


async def test_member_of_a_queue_may_refuse_its_calls(simulator, account):
    credentials = simulator.add_login(by_number(account, "103"))
    async with Visitor(simulator, credentials) as member:
        await member.log_in()

        assert (await put(member, "~", dndStatus="DoNotAcceptDepartmentCalls")).status == 200


async def test_only_an_administrator_changes_somebody_else(user, simulator, account):
    other = by_number(account, "102")

    assert (await put(user, other, userStatus="Busy")).codes == ["CMN-402"]
    simulator.login(user.credentials).is_administrator = True
    assert (await put(user, other, userStatus="Busy")).json["userStatus"] == "Busy"


async def test_queue_has_no_presence_to_set(user, simulator, account):
    simulator.login(user.credentials).is_administrator = True

    reply = await put(user, by_number(account, "200"), userStatus="Busy")

    assert (reply.status, reply.codes) == (403, ["CMN-403"])


async def test_status_of_a_user_who_hides_stays_offline(user):
    reply = await put(user, "~", allowSeeMyPresence=False, userStatus="Available")

    assert (reply.status, reply.json["userStatus"]) == (200, "Offline")
    assert (await put(user, "~", userStatus="Busy")).json["userStatus"] == "Offline"
    assert (await put(user, "~", allowSeeMyPresence=True)).json["userStatus"] == "Available"


@pytest.mark.parametrize(
    ("permission", "status", "code"),
    [("ReadPresenceStatus", 403, "CMN-408"), ("EditPresenceStatus", 200, None)],
)
async def test_role_without_a_permission_is_refused_by_its_name(user, simulator, permission, status, code):
    simulator.login(user.credentials).permissions.discard(permission)

    reading = await user.get("/account/~/extension/~/presence")
    writing = await put(user, "~", userStatus="Busy")

    assert reading.status == status
    refused = reading if code else writing
    assert refused.codes == ["CMN-408"]
    assert refused.json["permissionName"] == permission


async def test_application_without_a_permission_is_refused_by_its_name(user, simulator):
    simulator.login(user.credentials).application.permissions -= {"EditPresence"}
    refused = await put(user, "~", userStatus="Busy")

    assert refused.json["errors"][0]["permissionName"] == "EditPresence"
    simulator.login(user.credentials).application.permissions |= {"EditPresence"}
    simulator.login(user.credentials).application.permissions -= {"ReadPresence"}
    # Editing includes reading.
    assert (await user.get("/account/~/extension/~/presence")).status == 200


async def test_body_that_is_no_json_is_refused(user):
    headers = {"Authorization": f"Bearer {user.token['access_token']}"}

    reply = await user.call("PUT", f"{API}/account/~/extension/~/presence", headers, data="{nonsense")

    assert (reply.status, reply.codes) == (400, ["CMN-103"])


async def test_newer_call_handling_has_a_word_of_its_own_for_do_not_disturb(user, account):
    account.settings.speak(["new_call_handling"])

    presence = (await put(user, "~", dndStatusPersonal="DoNotAcceptAnyCalls")).json

    assert (presence["dndStatus"], presence["dndStatusPersonal"]) == ("Unknown", "DoNotAcceptAnyCalls")
    assert presence["acceptCallQueueCalls"] is True
    assert presence["presenceStatus"] == "Busy"
