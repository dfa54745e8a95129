"""The dialects of the connection: what each setting changes on the wire, and that all of them are documented."""

from dataclasses import fields
from pathlib import Path
import re

from aiohttp import WSMsgType
import pytest

from simulator.errors import ApiError
from simulator.filter_refusals import FILTER_REFUSALS
from simulator.settings import CloudSettings
from tests.simulator.visitor import API

ROOT = Path(__file__).parents[2]
PRESENCE = "/account/~/extension/~/presence"
ACCOUNT = "/account/~/presence"


def test_every_dialect_is_in_the_page_with_its_values():
    page = (ROOT / "docs" / "simulator.md").read_text()
    listed = set(re.findall(r"^\| `(\w+)` \| ", page.partition("## Dialects of the connection")[2], re.MULTILINE))
    source = (ROOT / "simulator" / "settings.py").read_text().partition("# Dialects of the connection")[2]
    own = set(re.findall(r"^    (\w+): ", source, re.MULTILINE))
    assert own
    assert listed == own | {"replay_delay", "issue_refresh_tokens"}
    assert own <= {one.name for one in fields(CloudSettings)}


@pytest.mark.parametrize("code", FILTER_REFUSALS)
def test_every_refusal_of_a_filter_has_its_code(code):
    refusal = FILTER_REFUSALS[code]()
    assert isinstance(refusal, ApiError)
    assert code in {refusal.code, refusal.word}
    assert refusal.status in {400, 403, 404}


def subscription(*filters):
    return {"eventFilters": [API + one for one in filters], "deliveryMode": {"transportType": "WebSocket"}}


async def test_filters_above_the_limit_fail_the_request(user, simulator):
    simulator.settings.filter_limit = 1
    socket = await user.connect()
    assert (await socket.request("POST", f"{API}/subscription", subscription(PRESENCE, ACCOUNT)))[0]["status"] == 400
    assert (await socket.request("POST", f"{API}/subscription", subscription(PRESENCE)))[0]["status"] == 200


async def test_a_refused_filter_is_left_out_without_a_word(user, simulator):
    simulator.settings.hide_refused_filters = True
    simulator.subscriptions.refused_filters.append(r"/account/\d+/presence")
    made = await (await user.connect()).subscribe(PRESENCE, ACCOUNT)
    assert len(made["eventFilters"]) == 1
    assert "disabledFilters" not in made


async def test_the_accounts_filter_brings_no_calls(user, simulator, phones):
    simulator.settings.account_filter_has_detail = False
    socket = await user.connect()
    await socket.subscribe(f"{ACCOUNT}?detailedTelephonyState=true")
    phones.call_in("102")
    assert "activeCalls" not in (await socket.event())["body"]


async def test_a_subscription_is_unknown_through_the_socket(user, simulator):
    simulator.settings.socket_reads_subscriptions = False
    socket = await user.connect()
    made = await socket.subscribe(PRESENCE)
    path = f"{API}/subscription/{made['id']}"
    assert (await socket.request("GET", path))[0]["status"] == 404
    assert (await user.request("GET", path)).status == 200


@pytest.mark.parametrize(("word", "answer"), [("silent", None), ("rejects", 401)])
async def test_a_socket_whose_token_is_over_says_nothing_by_itself(user, simulator, phones, word, answer):
    simulator.settings.socket_after_token = word
    socket = await user.connect()
    await socket.subscribe(PRESENCE)
    simulator.expire_tokens()
    phones.call_in("101")
    assert await socket.is_silent()
    # A receive that was given up has closed the client's end, so another socket asks.
    await user.log_in()
    socket = await user.connect()
    simulator.expire_tokens()
    try:
        status = (await socket.request("GET", f"{API}/subscription"))[0]["status"]
    except TimeoutError:
        status = None
    assert status == answer


async def test_a_heartbeat_is_not_answered(user, simulator):
    simulator.settings.answers_heartbeats = False
    socket = await user.connect()
    await socket.websocket.send_str('[{"type": "Heartbeat", "messageId": "1"}]')
    assert await socket.is_silent()


async def test_a_pass_that_is_used_again_replaces_the_first_socket(user, simulator):
    simulator.settings.repeated_ws_token = "replace"
    given = (await user.request("POST", "/restapi/oauth/wstoken")).json
    sockets = [
        await user.http.ws_connect(given["uri"], params={"access_token": given["ws_access_token"]}) for _ in range(2)
    ]
    assert (await sockets[0].receive()).type is WSMsgType.TEXT
    assert (await sockets[0].receive(timeout=5)).type is WSMsgType.CLOSE
    assert (await sockets[1].receive()).type is WSMsgType.TEXT


async def test_a_pass_that_is_not_accepted_is_closed_with_4400(user, simulator):
    simulator.settings.ws_token_refusal = "close"
    socket = await user.http.ws_connect(f"{simulator.url}/ws", params={"access_token": "none"})
    message = await socket.receive(timeout=5)
    assert (message.type, message.data) == (WSMsgType.CLOSE, 4400)


async def test_the_newest_socket_of_a_session_closes_the_former(user, simulator):
    simulator.settings.newest_socket_wins = True
    former = await user.connect()
    await user.connect()
    assert await former.closed_with() == 1001


@pytest.mark.parametrize(
    ("word", "status", "kind"), [("mixed", 207, "multipart/mixed"), ("refused", 400, "application/json")]
)
async def test_bulk_reads_are_answered_otherwise(user, simulator, account, word, status, kind):
    simulator.settings.bulk_reads = word
    ids = ",".join(str(account.find(number).id) for number in ("101", "102"))
    accept = {"Accept": "application/vnd.ringcentral.multipart+json"}
    reply = await user.call(
        "GET",
        f"{API}/account/~/extension/{ids}/presence",
        headers={**accept, "Authorization": f"Bearer {user.token['access_token']}"},
    )
    assert (reply.status, reply.headers["Content-Type"].partition(";")[0]) == (status, kind)


async def test_a_log_in_above_the_limit_is_refused(user, simulator):
    simulator.settings.at_session_limit = "refuse"
    simulator.oauth.session_limit = 1
    assert (await user.ask_token_by_jwt()).status == 400
    assert len(simulator.oauth.sessions) == 1
