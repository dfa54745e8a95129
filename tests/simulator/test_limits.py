"""Request budgets."""

import pytest

from simulator.cloud import Simulator
from tests.samples import payload
from tests.simulator.visitor import Visitor


@pytest.fixture
async def simulator(account, clock):
    async with Simulator(account, clock=clock, limits={"light": 3, "heavy": 1}) as running:
        yield running


async def own_presence(user):
    return await user.get("/account/~/extension/~/presence")


async def test_headers_say_what_is_left(user):
    replies = [await own_presence(user) for _ in range(3)]

    assert [reply.headers["X-Rate-Limit-Remaining"] for reply in replies] == ["2", "1", "0"]
    assert {reply.headers["X-Rate-Limit-Group"] for reply in replies} == {"light"}
    assert {reply.headers["X-Rate-Limit-Limit"] for reply in replies} == {"3"}
    assert {reply.headers["X-Rate-Limit-Window"] for reply in replies} == {"60"}


async def test_request_over_the_limit_is_refused_with_the_time_to_wait(user):
    for _ in range(3):
        await own_presence(user)

    reply = await own_presence(user)

    expected = payload("error-429-rate-limit.composed")
    assert (reply.status, reply.json) == (expected["status"], expected["body"])
    assert reply.headers["Retry-After"] == expected["headers"]["Retry-After"]


async def test_every_request_during_the_penalty_restarts_it(user, clock):
    for _ in range(4):
        await own_presence(user)
    clock.advance(50)
    assert (await own_presence(user)).status == 429

    clock.advance(50)
    assert (await own_presence(user)).status == 429
    clock.advance(60)
    assert (await own_presence(user)).status == 200


async def test_window_slides(user, clock):
    await own_presence(user)
    clock.advance(40)
    await own_presence(user)
    await own_presence(user)
    clock.advance(21)

    assert (await own_presence(user)).headers["X-Rate-Limit-Remaining"] == "0"
    assert (await own_presence(user)).status == 429


async def test_groups_are_counted_apart(user):
    for _ in range(4):
        await own_presence(user)

    assert (await user.get("/account/~/presence")).status == 200
    assert (await user.get("/account/~/presence")).status == 429
    assert (await user.get("/account/~/extension")).headers["X-Rate-Limit-Group"] == "medium"


async def test_bulk_read_is_one_request(user, account):
    ids = ",".join(str(extension_id) for extension_id in list(account.extensions)[:3])

    await user.get(f"/account/~/extension/{ids}/presence")

    assert (await own_presence(user)).headers["X-Rate-Limit-Remaining"] == "1"


async def test_other_user_has_a_budget_of_their_own(user, simulator, account):
    for _ in range(4):
        await own_presence(user)
    credentials = simulator.add_login(account.find("102").id, client_id=user.credentials.client_id)

    async with Visitor(simulator, credentials) as other:
        await other.log_in()

        assert (await own_presence(other)).status == 200


async def test_token_and_socket_token_share_five_requests_a_minute(user):
    for _ in range(4):
        assert (await user.request("POST", "/restapi/oauth/wstoken")).status == 200

    assert (await user.request("POST", "/restapi/oauth/wstoken")).status == 429
    assert (await user.refresh()).status == 429
    assert (await own_presence(user)).status == 200


async def test_unknown_path_counts_as_medium(user):
    reply = await user.get("/nonsense")

    expected = payload("error-404-invalid-uri.captured-2017")
    assert (reply.status, reply.json) == (expected["status"], expected["body"])
    for name, value in expected["headers"].items():
        assert reply.headers[name] == value


async def test_probe_of_the_server_needs_no_token_and_no_budget(visitor):
    for _ in range(60):
        reply = await visitor.call("GET", "/restapi")

    assert reply.status == 200
    assert reply.json["apiVersions"][0]["versionString"]
