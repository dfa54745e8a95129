"""The control interface and its page."""

import asyncio
import json
import re

import pytest

from simulator.cloud import Simulator
from simulator.control import Control
from simulator.control_calls import CallControl
from simulator.dialects import DIALECTS
from simulator.faults import CONNECTION_FAULTS, HTTP_FAULTS, MOMENTS, NOTIFICATION_FAULTS
from simulator.office_day import OfficeDay
from simulator.tasks import Tasks
from tests.simulator.visitor import Visitor
from tests.waiting import until, until_quiet


@pytest.fixture
async def simulator(account, clock, phones):
    simulator = Simulator(account, clock=clock)
    control = Control(simulator, phones, OfficeDay(phones))
    control.mount()
    async with simulator:
        yield simulator
        await control.stop()


@pytest.fixture
def post(visitor):
    """Post to the control interface; return status and answer."""

    async def post(path, body=None, **fields):
        reply = await visitor.call("POST", f"/simulator/{path}", json=fields if body is None else body)
        return reply.status, reply.json

    return post


@pytest.fixture
def shown(visitor):
    """Read what the interface shows of an extension."""

    async def shown(number):
        reply = await visitor.call("GET", f"/simulator/state?extension={number}")
        (extension,) = reply.json["extensions"]
        return extension

    return shown


async def test_call_by_hand_from_ringing_to_its_end(post, shown):
    caller = {"from": "+14155550123", "name": "John Wang"}
    assert await post("ring", extension="101", **caller) == (200, {"ringing": ["101"]})
    (call,) = (await shown("101"))["calls"]
    assert (call["telephonyStatus"], call["fromName"], call["from"]) == ("Ringing", "John Wang", "+14155550123")

    statuses = []
    for action in ("answer", "hold", "resume", "hang_up"):
        assert await post(action, extension="101") == (200, {})
        statuses.append((await shown("101"))["telephonyStatus"])

    assert statuses == ["CallConnected", "OnHold", "CallConnected", "NoCall"]
    assert (await shown("101"))["calls"] == []


async def test_ring_can_play_the_whole_call(post, clock, account):
    front_desk = account.find("101").id
    await post("ring", extension=101, answer_after=2, hang_up_after=3.5)
    clock.advance(2)
    await until(lambda: account.truth(front_desk).telephony_status == "CallConnected")
    clock.advance(3.5)
    await until(lambda: account.truth(front_desk).telephony_status == "NoCall")


@pytest.mark.parametrize("fields", [{"extension": "200"}, {"extension": "104", "queue": True}])
async def test_queue_rings_its_members(post, shown, fields):
    assert await post("ring", **fields) == (200, {"ringing": ["103", "104", "105"]})
    assert (await shown("104"))["calls"][0]["queue"] == "Support"


async def test_extensions_call_each_other_and_outside(post, shown):
    assert await post("call", extension="102", to="103") == (200, {"ringing": ["103"]})
    assert await post("call", extension="104", to="+14155550123", name="John Wang") == (200, {"ringing": []})

    assert (await shown("103"))["calls"][0]["fromName"] == "Alice Moreau"
    assert (await shown("104"))["calls"][0]["toName"] == "John Wang"


async def test_call_is_parked_and_taken_elsewhere(post, shown):
    await post("ring", extension="101")
    await post("answer", extension="101")

    assert await post("park", extension="101") == (200, {"parked": "801"})
    assert (await shown("801"))["telephonyStatus"] == "ParkedCall"
    assert await post("retrieve", extension="102") == (200, {})

    assert (await shown("102"))["telephonyStatus"] == "CallConnected"


async def test_one_phone_declines(post, shown):
    await post("ring", extension="200")

    await post("decline", extension="103")

    assert [(await shown(number))["telephonyStatus"] for number in ("103", "104")] == ["NoCall", "Ringing"]


async def test_calls_are_passed_on_and_joined(post, shown):
    await post("ring", extension="101")
    await post("answer", extension="101")
    assert await post("transfer", extension="101", to="102") == (200, {})
    assert [(await shown(number))["telephonyStatus"] for number in ("101", "102")] == ["NoCall", "Ringing"]
    await post("answer", extension="102")
    for path, other in (("attended_transfer", "103"), ("conference", "104")):
        await post("call", extension="102", to=other)
        await post("answer", extension=other)
        assert await post(path, extension="102") == (200, {})
        assert (await shown(other))["telephonyStatus"] == "CallConnected"
        await post("ring", extension="102")
        await post("answer", extension="102")


async def test_a_conference_is_one_call(post, shown):
    for _ in range(2):
        await post("ring", extension="101")
        await post("answer", extension="101")

    await post("conference", extension="101")

    (call,) = (await shown("101"))["calls"]
    assert (call["to"], call["toName"]) == ("conference", "Conference")


async def test_ring_out_and_a_call_to_oneself(post, shown):
    assert await post("ring_out", extension="101", to="+14155550123", name="John Wang") == (200, {"ringing": ["101"]})
    await post("answer", extension="101")
    assert await post("connect", extension="101") == (200, {})
    (call,) = (await shown("101"))["calls"]
    assert (call["direction"], call["toName"]) == ("Outbound", "John Wang")

    assert await post("call", extension="102", to="102") == (200, {"ringing": ["102"]})
    assert [call["direction"] for call in (await shown("102"))["calls"]] == ["Outbound", "Inbound"]


async def test_a_withheld_number_and_a_phone_that_rings_again(post, shown, clock):
    await post("ring", extension="101", withheld=True, rest_after=10)
    assert (await shown("101"))["calls"][0]["from"] is None
    statuses = []
    for seconds in (10, 6.2):
        await until_quiet()
        clock.advance(seconds)
        await until_quiet()
        statuses.append((await shown("101"))["telephonyStatus"])
    assert statuses == ["NoCall", "Ringing"]

    assert await post("ring_again", extension="101", after=3) == (200, {})
    await until_quiet()
    assert (await shown("101"))["calls"] == []
    clock.advance(3)
    await until_quiet()
    assert (await shown("101"))["telephonyStatus"] == "Ringing"


async def test_dialects_are_switched_by_name(post, visitor, account):
    assert await post("dialects", names=["2018", "empty_list"]) == (200, {"dialects": ["2018", "empty_list"]})

    state = (await visitor.call("GET", "/simulator/state")).json
    assert state["dialects"] == {"spoken": ["2018", "empty_list"], "known": list(DIALECTS)}
    assert account.settings.event_form == "2018"
    await post("dialects", names=[])
    assert account.settings.event_form == "current"


async def test_presence_do_not_disturb_and_meetings(post, shown):
    await post("presence", extension="101", userStatus="Busy", message="Out")
    await post("dnd", extension="102", on=True)
    await post("meeting", extension="103", on=True)

    front_desk = await shown("101")
    assert (front_desk["presenceStatus"], front_desk["message"]) == ("Busy", "Out")
    assert (await shown("102"))["takesCalls"] is False
    assert (await shown("103"))["meetingStatus"] == "Connected"
    await post("dnd", extension="102", on=False)
    assert (await shown("102"))["takesCalls"] is True


async def test_every_fault_can_be_applied_and_is_listed_until_it_is_cleared(post, visitor):
    lasting = {**NOTIFICATION_FAULTS, **HTTP_FAULTS, **CONNECTION_FAULTS}
    for kind in (*lasting, *MOMENTS):
        status, answer = await post("faults", kind=kind)
        assert status == 200, answer
    state = (await visitor.call("GET", "/simulator/state")).json
    assert {fault["kind"] for fault in state["faults"]} == set(lasting)

    await post("faults/clear", kind="drop")
    _, answer = await post("faults/clear")

    assert answer == {"faults": []}


async def test_office_day_is_started_hurried_and_stopped(post, visitor, phones):
    assert await post("office", playing=True, speed=10_000) == (200, {})
    await until(lambda: len(phones.history) > 5)
    office = (await visitor.call("GET", "/simulator/state")).json["office"]
    assert (office["playing"], office["speed"]) == (True, 10_000)
    assert re.fullmatch(r"\d\d:\d\d", office["time"])

    await post("office", playing=False)

    async def is_stopped():
        return not (await visitor.call("GET", "/simulator/state")).json["office"]["playing"]

    async with asyncio.timeout(60):
        while not await is_stopped():  # noqa: ASYNC110 (only the interface shows it)
            await asyncio.sleep(0.01)


async def test_state_shows_everyone_with_a_number(visitor, account):
    state = (await visitor.call("GET", "/simulator/state")).json

    assert [one["number"] for one in state["extensions"]] == [one.number for one in account.extensions.values()]
    assert (state["connections"], state["subscriptions"]) == (0, 0)


# Bad input


@pytest.mark.parametrize(
    ("path", "body", "message"),
    [
        ("ring", {}, "extension has to be a text"),
        ("ring", [], "The request has to be a JSON object."),
        ("ring", {"extension": "999"}, "There is no extension 999; there are 101 Front Desk, 102"),
        ("ring", {"extension": "101", "answer_after": -1}, "answer_after has to be from 0"),
        ("ring", {"extension": "101", "answer_after": "soon"}, "answer_after has to be a number."),
        ("ring", {"extension": "101", "hang_up_after": float("nan")}, "hang_up_after has to be a number."),
        ("ring", {"extension": "101", "queue": "yes"}, "queue has to be true or false."),
        ("ring", {"extension": "101", "queue": True}, "101 Front Desk is in no call queue."),
        ("ring", {"extension": "101", "name": "x" * 101}, "name has to be a text of at most 100 characters."),
        ("ring", {"extension": "101", "colour": "red", "age": 3}, "Unknown here: age, colour."),
        ("ring", {"extension": "801"}, "801 Park 1 has no phone (ParkLocation)."),
        ("answer", {"extension": "101"}, "101 Front Desk has no call that is ringing."),
        ("hold", {"extension": "101"}, "101 Front Desk has no call that is connected."),
        ("hang_up", {"extension": "101"}, "101 Front Desk has no call."),
        ("park", {"extension": "101"}, "101 Front Desk has no call that is connected or on hold."),
        ("retrieve", {"extension": "101"}, "No call is parked."),
        (
            "ring",
            {"extension": "101", "withheld": True, "name": "Ann"},
            "A withheld number has neither number nor name.",
        ),
        ("ring_again", {"extension": "101"}, "101 Front Desk has no call that is ringing."),
        ("transfer", {"extension": "101", "to": "102"}, "101 Front Desk has no call that could be passed on."),
        ("transfer", {"extension": "101"}, "to has to be a text"),
        ("attended_transfer", {"extension": "101"}, "101 Front Desk has not two calls that could be passed on."),
        ("conference", {"extension": "101"}, "101 Front Desk has not two calls that could be passed on."),
        ("connect", {"extension": "101"}, "101 Front Desk calls nobody."),
        ("ring_out", {"extension": "801", "to": "+14155550123"}, "801 Park 1 has no phone (ParkLocation)."),
        ("dialects", {"names": ["klingon"]}, "There is no dialect 'klingon'; there are specified,"),
        (
            "dialects",
            {"names": ["2018", "2015"]},
            "The dialect '2015' contradicts another: both decide about event_form.",
        ),
        ("dialects", {"names": "2018"}, "names has to be a list of texts."),
        ("presence", {"extension": "101", "userStatus": "Asleep"}, "Parameter [userStatus] value is invalid"),
        ("presence", {"extension": "200", "userStatus": "Busy"}, "Feature is not available for extension type"),
        ("dnd", {"extension": "101"}, "on has to be true or false."),
        ("faults", {"kind": "gremlins"}, "There is no fault 'gremlins'; there are abrupt"),
        ("faults", {"kind": "delay", "min": "x"}, "A fault 'delay' cannot have min 'x'."),
        ("faults", {"kind": "status", "status": 42}, "A fault 'status' cannot have status 42."),
        ("faults", {"kind": "drop", "count": "many"}, "A fault 'drop' cannot have count 'many'."),
        ("office", {"speed": 0}, "The speed of the office day must be above zero."),
        ("office", {"playing": "no"}, "playing has to be true or false."),
        ("office", {"playing": []}, "playing has to be true or false."),
        ("office", {"playing": 1}, "playing has to be true or false."),
    ],
)
async def test_bad_input_is_answered_with_one_sentence_and_changes_nothing(post, notices, path, body, message):
    status, answer = await post(path, body=body)

    assert status == 400
    assert answer.keys() == {"error"}
    assert answer["error"].startswith(message)
    assert notices == []


async def test_what_is_no_json_is_refused(visitor):
    for data, content_type in ((b"{", "application/json"), (b'{"extension": "101"}', "text/plain")):
        reply = await visitor.call("POST", "/simulator/ring", {"Content-Type": content_type}, data=data)
        assert reply.status == 400
        assert "JSON" in reply.json["error"]


async def test_unknown_path_is_not_found(visitor, post):
    assert (await post("explode"))[0] == 404
    assert (await visitor.call("GET", "/simulator/nonsense")).status == 404


async def test_busy_user_says_why_the_phone_does_not_ring(post):
    await post("dnd", extension="101", on=True)

    status, answer = await post("ring", extension="101")

    assert (status, answer["error"]) == (400, "101 Front Desk does not take calls now (Do Not Disturb).")


# Strangers


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example:80"},
        {"Host": "192.0.2.1"},
    ],
    ids=str,
)
async def test_other_pages_of_the_browser_are_kept_out(visitor, notices, headers):
    for method, path in (("POST", "ring"), ("GET", "state"), ("GET", "")):
        reply = await visitor.call(method, f"/simulator/{path}", headers, json={"extension": "101"})
        assert reply.status == 403, (method, path)
        assert reply.json["error"]
    assert notices == []


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
async def test_own_page_is_let_in(visitor, simulator, name):
    port = simulator.url.rpartition(":")[2]
    headers = {"Host": f"{name}:{port}", "Origin": f"http://{name}:{port}", "Sec-Fetch-Site": "same-origin"}

    reply = await visitor.call("POST", "/simulator/ring", headers, json={"extension": "101"})

    assert reply.status == 200


@pytest.mark.parametrize(
    ("host", "status"), [("192.0.2.7:8421", 200), ("[2001:db8::7]:8421", 200), ("evil.example", 403)]
)
async def test_simulator_for_the_network_is_reached_by_address_only(account, phones, clock, host, status):
    simulator = Simulator(account, clock=clock, host="0.0.0.0")
    Control(simulator, phones, OfficeDay(phones)).mount()
    async with simulator, Visitor(simulator) as visitor:
        reply = await visitor.call("GET", "/simulator/state", {"Host": host})

    assert reply.status == status


# The page


async def test_page_needs_nothing_from_elsewhere_and_cannot_be_framed(visitor):
    page = await visitor.call("GET", "/simulator/")

    assert page.status == 200
    assert page.headers["Content-Type"].startswith("text/html")
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert re.findall(r"""(?:src|href)=(?!"icon.svg")|https?://|innerHTML|@import""", page.text) == []
    icon = await visitor.call("GET", "/simulator/icon.svg")
    assert (icon.status, icon.headers["Content-Type"].partition(";")[0]) == (200, "image/svg+xml")
    redirect = await visitor.call("GET", "/simulator")
    assert (redirect.status, redirect.headers["Location"]) == (302, "/simulator/")


async def test_every_button_and_fault_of_the_page_works(visitor, post):
    page = (await visitor.call("GET", "/simulator/")).text

    (faults,) = re.findall(r"const FAULTS = (\{.*?\n\});", page, re.DOTALL)
    listed = re.findall(r'": (\{.*?\}),\n', faults)
    assert len(listed) > 15
    for fault in listed:
        status, answer = await post("faults", body=json.loads(re.sub(r"(\w+):", r'"\1":', fault)))
        assert status == 200, answer
    await post("faults/clear")
    for path in set(re.findall(r'button\("[\w ]+", "(\w+)"', page)):
        assert (await post(path, extension="101"))[0] != 404, path


async def test_the_page_reaches_whatever_can_be_done_with_calls(visitor, account, phones):
    page = (await visitor.call("GET", "/simulator/")).text
    buttons = set(re.findall(r'button\("[\w ]+", "(\w+)"', page))
    assert set(CallControl(phones, Tasks()).table()) <= buttons
