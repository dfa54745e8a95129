"""REST calls, against the simulator; against a scripted server where RingCentral would have to misbehave."""

import asyncio
import json

import aiohttp
from aiohttp import web
import pytest

from custom_components.ringcentral.api.client import RingCentralClient
from custom_components.ringcentral.api.errors import (
    PayloadError,
    PermissionMissingError,
    RateLimitedError,
    RequestRejectedError,
    RingCentralError,
    UnreachableError,
    UserCredentialsError,
)
from custom_components.ringcentral.api.models import PartialPresence, Presence
from custom_components.ringcentral.api.rate_limit import RateLimits
from custom_components.ringcentral.api.verdicts import Belief
from simulator.account import large_account
from simulator.clock import Clock
from simulator.cloud import CloudSettings, Simulator
from simulator.legs import Leg
from tests.api.login import FixedAuth, Login
from tests.api.scripted import PLENTY
from tests.faults.networks import NameServer
from tests.faults.own_clock import OwnClock
from tests.samples import payload

ACCOUNT = "/restapi/v1.0/account/{accountId}"
PRESENCE = ("GET", f"{ACCOUNT}/extension/{{extensionId}}/presence")
TOKEN = ("POST", "/restapi/oauth/token")


@pytest.fixture
def scripted_client(http, scripted, clock):
    """A client of a server that answers what the test says."""
    return RingCentralClient(http, FixedAuth(), server=scripted.url, clock=clock, limits=RateLimits(clock))


@pytest.fixture
def ringing(account, clock):
    """Let an extension ring, by its number."""

    def ring(number):
        leg = Leg(
            extension_id=account.find(number).id,
            session_id="42",
            telephony_session_id="s-42",
            party_id="p-42-2",
            id="c42",
            direction="Inbound",
            status="Ringing",
            started_at=clock.time(),
            from_number="+15551234567",
            to_number="+15557654321",
            from_name="Jane Caller",
        )
        account.put_leg(leg)

    return ring


# Extensions


async def test_own_extension_is_read_with_its_account(client, account, own_id):
    extension = await client.get_extension()

    assert (str(extension.id), extension.extension_number, extension.type) == (str(own_id), "101", "User")
    assert extension.account is not None
    assert str(extension.account.id) == str(account.id)


async def test_features_show_what_the_user_may_do(client, simulator):
    simulator.login(simulator.credentials).permissions.discard("EditPresenceStatus")

    features = await client.get_features()

    assert features["ReadPresenceStatus"].available
    assert not features["EditPresenceStatus"].available


async def test_all_extensions_are_listed(client, account):
    listed = await client.list_extensions()

    assert {int(extension.id): extension.name for extension in listed} == {
        extension.id: extension.name for extension in account.extensions.values()
    }


@pytest.mark.parametrize("totals", [True, False], ids=["with totals", "without totals"])
async def test_lists_are_read_to_the_last_page(http, clock, totals):
    account = large_account(clock, users=2005)
    async with Simulator(account, clock=clock, settings=CloudSettings(paging_totals=totals)) as simulator:
        client = Login(http, simulator.url, simulator.credentials, clock).client

        extensions = await client.list_extensions()
        presences = await client.list_account_presence()

        assert [int(extension.id) for extension in extensions] == list(account.extensions)
        assert presences.keys() == {str(one.id) for one in account.extensions.values() if one.status != "Unassigned"}
        assert simulator.requests["GET", f"{ACCOUNT}/extension"] == 3
        assert simulator.requests["GET", f"{ACCOUNT}/presence"] == 3


async def test_list_without_end_is_a_fault(scripted, scripted_client):
    scripted.always({"records": [], "navigation": {"nextPage": {"uri": "again"}}})

    with pytest.raises(PayloadError, match="100 pages"):
        await scripted_client.list_extensions()

    assert len(scripted.requests) == 100


async def test_record_of_another_shape_does_not_lose_the_others(scripted, scripted_client):
    records = [{"id": "1", "name": 5551234}, {"id": 2, "type": True, "name": "A\u202eB"}, {"name": "nobody"}, None, 7]
    scripted.always({"records": [*records, {"id": 3}]})

    extensions = await scripted_client.list_extensions()

    assert [(str(one.id), one.name) for one in extensions] == [("1", "5551234"), ("2", "AB"), ("3", None)]


async def test_name_cut_within_a_character_does_not_lose_a_page(scripted, scripted_client):
    scripted.always(b'{"records": [{"id": 1, "name": "Bob \\ud83e"}, {"id": 2, "name": "Ann"}]}')

    extensions = await scripted_client.list_extensions()

    assert [one.name for one in extensions] == ["Bob", "Ann"]


@pytest.mark.parametrize("page", [[], {"records": 7}, {"records": [], "navigation": "5551234"}])
async def test_page_of_another_shape_fails_the_list_without_its_value(scripted, scripted_client, page):
    scripted.always(page)

    with pytest.raises(PayloadError) as refusal:
        await scripted_client.list_extensions()

    assert "5551234" not in str(refusal.value)


# Presence


async def test_presence_is_read_with_its_calls_and_their_sip_data(client, ringing):
    ringing("101")

    presence = await client.get_presence()

    assert presence.telephony_status == "Ringing"
    assert presence.active_calls is not None
    (call,) = presence.active_calls
    assert (call.session_id, call.from_, call.from_name) == ("42", "+15551234567", "Jane Caller")
    assert call.sip_data is not None


async def test_presences_are_read_thirty_in_a_request(http, clock):
    account = large_account(clock, users=100)
    async with Simulator(account, clock=clock) as simulator:
        client = Login(http, simulator.url, simulator.credentials, clock).client
        ids = [str(extension_id) for extension_id in list(account.extensions)[:61]]

        found = await client.get_presences(ids)

        assert list(found) == ids
        assert all(isinstance(presence, Presence) for presence in found.values())
        assert simulator.requests[PRESENCE] == 3


async def test_presence_of_nobody_needs_no_request(client, simulator):
    assert await client.get_presences([]) == {}
    assert simulator.requests[PRESENCE] == 0


async def test_one_extension_that_fails_does_not_fail_the_others(client, account, ringing):
    ringing("102")
    alice = str(account.find("102").id)

    found = await client.get_presences([alice, "999", str(account.find("103").id)])

    failed = found.pop("999")
    assert isinstance(failed, RequestRejectedError)
    assert (failed.status, failed.code) == (404, "CMN-102")
    assert all(isinstance(presence, Presence) for presence in found.values())
    assert found[alice].telephony_status == "Ringing"
    assert found[alice].active_calls[0].sip_data is not None


async def test_extension_that_fails_alone_is_reported_alike(client):
    found = await client.get_presences(["999"])

    assert isinstance(found["999"], RequestRejectedError)
    assert found["999"].status == 404


async def test_bulk_sample_is_read(scripted, scripted_client):
    scripted.always(payload("rest-presence-bulk-207.composed"), status=207)

    found = await scripted_client.get_presences(["62264425016", "62264429999"])

    assert found["62264425016"].presence_status == "Available"
    assert isinstance(found["62264429999"], RequestRejectedError)
    assert scripted.requests[0].headers["Accept"] == "application/vnd.ringcentral.multipart+json"
    assert scripted.requests[0].path.endswith("/extension/62264425016,62264429999/presence")
    assert dict(scripted.requests[0].query) == {"detailedTelephonyState": "true", "sipData": "true"}


async def test_part_of_another_shape_fails_alone(scripted, scripted_client):
    parts = [
        {"resourceId": 1, "status": "200", "body": {"presenceStatus": "Busy"}},
        {"resourceId": "2", "status": 200, "body": [5551234]},
        {"resourceId": "3", "status": 403, "body": "<html>"},
        {"status": 200, "body": {}},
        "5551234",
    ]
    scripted.always(parts, status=207)

    found = await scripted_client.get_presences(["1", "2", "3"])

    assert found.keys() == {"1", "2", "3"}
    assert found["1"].presence_status == "Busy"
    assert isinstance(found["2"], PayloadError)
    assert "5551234" not in str(found["2"])
    assert isinstance(found["3"], RequestRejectedError)


@pytest.mark.parametrize(
    ("body", "message", "unreadable"),
    [
        ({"presenceStatus": "Busy", "telephonyStatus": {"5551234": 1}}, "", ("telephonyStatus",)),
        ({"presenceStatus": "Busy", "message": ["5551234"]}, None, ("message",)),
        ({"presenceStatus": "Busy", "activeCalls": [{"startTime": []}]}, "", ("activeCalls[].startTime",)),
    ],
)
async def test_presence_that_is_read_in_part_names_what_is_lost(scripted, scripted_client, body, message, unreadable):
    for answer in (body, [{"resourceId": "1", "status": 200, "body": body}] * 2):
        scripted.always(answer)
        ids = ["1"] if answer is body else ["1", "2"]

        presence = (await scripted_client.get_presences(ids))["1"]

        assert isinstance(presence, PartialPresence)
        assert presence.unreadable == unreadable
        assert (presence.presence_status, presence.message) == ("Busy", message)


async def test_name_cut_within_a_character_does_not_lose_a_bulk_answer(scripted, scripted_client):
    part = '{"resourceId": "%s", "status": 200, "body": {"activeCalls": [{"fromName": "%s", "id": "a"}]}}'
    scripted.always(f"[{part % (1, 'Bob')}, {part % (2, chr(92) + 'ud83e')}]".encode())

    found = await scripted_client.get_presences(["1", "2"])

    assert [found[id_].active_calls[0].from_name for id_ in ("1", "2")] == ["Bob", ""]


async def test_presence_of_the_account_is_by_extension(client, account, ringing):
    ringing("102")

    presences = await client.list_account_presence()

    ringing_ones = [extension_id for extension_id, one in presences.items() if one.telephony_status == "Ringing"]
    assert ringing_ones == [str(account.find("102").id)]
    assert presences[ringing_ones[0]].active_calls[0].sip_data is not None


async def test_record_of_the_account_that_names_nobody_is_left_out(scripted, scripted_client):
    good = {"extension": {"id": 1}, "presenceStatus": "Busy"}
    partial = {"extension": {"id": "2", "extensionNumber": 102}, "presenceStatus": 7, "userStatus": "Busy"}
    nameless = {"extension": {"id": []}, "presenceStatus": "Busy"}
    scripted.always({"records": [partial, nameless, None, good]})

    presences = await scripted_client.list_account_presence()

    assert {extension_id: one.presence_status for extension_id, one in presences.items()} == {"1": "Busy", "2": None}
    assert (presences["2"].user_status, presences["2"].unreadable) == ("Busy", ("presenceStatus",))


async def test_presence_is_changed(client, account, own_id):
    presence = await client.update_presence("~", {"userStatus": "Busy", "dndStatus": "DoNotAcceptAnyCalls"})

    assert (presence.user_status, presence.dnd_status) == ("Busy", "DoNotAcceptAnyCalls")
    assert account.truth(own_id).fields["userStatus"] == "Busy"


async def test_change_that_ringcentral_does_not_accept_is_rejected(client):
    with pytest.raises(RequestRejectedError) as refusal:
        await client.update_presence("~", {"userStatus": "Levitating"})

    assert refusal.value.status == 400


# Lists of a user


async def test_favorites_are_listed(client, account, own_id):
    favorites = await client.list_favorites()

    assert [int(favorite.extension_id) for favorite in favorites] == account.favorites(own_id)


async def test_monitored_lines_are_listed_after_the_own(client, account, own_id):
    lines = await client.list_presence_lines()

    assert [int(line.extension.id) for line in lines] == [own_id, *account.monitored_lines(own_id)]


# Subscriptions


async def test_subscriptions_are_listed_read_and_deleted(client, visitor, simulator):
    made = await (await visitor.connect()).subscribe("/account/~/extension/~/presence")

    (listed,) = await client.list_subscriptions()
    assert listed == await client.get_subscription(listed.id)
    assert (listed.id, listed.event_filters) == (made["id"], tuple(made["eventFilters"]))
    assert listed.delivery_mode.transport_type == "WebSocket"

    await client.delete_subscription(listed.id)
    assert simulator.subscriptions.by_id == {}


async def test_deleting_a_subscription_that_is_gone_is_fine(client):
    await client.delete_subscription("gone")


async def test_deleting_a_subscription_that_is_refused_is_reported(client, simulator):
    simulator.faults.apply({"kind": "status", "status": 403, "code": "CMN-102", "path": "*/subscription/*"})

    with pytest.raises(RequestRejectedError):
        await client.delete_subscription("mine")


async def test_webhook_is_subscribed_as_documented(scripted, scripted_client):
    request = payload("webhook-create-request-full.composed")
    scripted.always(payload("webhook-create-response.doc"))

    made = await scripted_client.create_webhook_subscription(
        request["eventFilters"],
        address=request["deliveryMode"]["address"],
        verification_token=request["deliveryMode"]["verificationToken"],
        lifetime=request["expiresIn"],
    )

    assert (made.status, made.expires_in) == ("Active", 604799)
    assert made.delivery_mode.address == "https://consumer-host.example.com/consumer/path"
    assert json.loads(scripted.bodies[0]) == request


async def test_the_filters_of_a_webhook_are_changed_and_it_is_renewed(scripted, scripted_client):
    scripted.always(payload("webhook-create-response.doc"))

    await scripted_client.update_subscription("7", ["a"], lifetime=60)
    await scripted_client.renew_subscription("7")

    assert [(one.method, one.path) for one in scripted.requests] == [
        ("PUT", "/restapi/v1.0/subscription/7"),
        ("POST", "/restapi/v1.0/subscription/7/renew"),
    ]
    assert json.loads(scripted.bodies[0]) == {"eventFilters": ["a"], "expiresIn": 60}


async def test_gateway_token_opens_a_socket(client, http):
    token = await client.create_gateway_token()

    socket = await http.ws_connect(token.uri, params={"access_token": token.ws_access_token})
    assert (await socket.receive_json())[0]["type"] == "ConnectionDetails"
    await socket.close()


@pytest.mark.parametrize("uri", ["wss://ws-api.ringcentral.com/ws", "wss://example.com", "ws://127.0.0.1:1/ws"])
async def test_encrypted_address_of_a_gateway_is_taken(scripted, scripted_client, uri):
    scripted.always({"uri": uri, "ws_access_token": "SECRET"})

    assert (await scripted_client.create_gateway_token()).uri == uri


@pytest.mark.parametrize(
    "uri",
    ["ws://ws-api.ringcentral.com/ws", "https://example.com", "http://127.0.0.1", "wss://", "wss://[::1", "", "x"],
)
async def test_address_of_a_gateway_that_is_not_encrypted_is_refused(scripted, scripted_client, uri):
    scripted.always({"uri": uri, "ws_access_token": "SECRET"})

    with pytest.raises(PayloadError, match="encrypted"):
        await scripted_client.create_gateway_token()


async def test_a_server_elsewhere_has_no_gateway_on_this_machine(scripted, clock):
    scripted.always({"uri": scripted.url.replace("http", "ws"), "ws_access_token": "SECRET"})
    elsewhere = scripted.url.replace("127.0.0.1", "ringcentral.example.com")
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(resolver=NameServer())) as http:
        client = RingCentralClient(http, FixedAuth(), server=elsewhere, clock=clock, limits=RateLimits(clock))
        with pytest.raises(PayloadError, match="encrypted"):
            await client.create_gateway_token()
    assert scripted.requests


# What answers 401


@pytest.mark.parametrize(
    ("code", "kind", "tokens"),
    [
        ("OAU-128", UserCredentialsError, 2),
        ("CMN-405", RequestRejectedError, 1),
        ("AGW-402", UnreachableError, 1),
    ],
)
async def test_only_codes_of_the_log_in_ask_for_another(client, simulator, code, kind, tokens):
    simulator.faults.apply({"kind": "status", "path": "*/presence", "status": 401, "code": code})

    with pytest.raises(kind):
        await client.get_presence()

    assert simulator.requests["POST", "/restapi/oauth/token"] == tokens
    is_watched = kind is not UserCredentialsError
    assert bool(client.verdicts.contradictions(Belief.UNAUTHORIZED_MEANS_LOGIN)) is is_watched


# Refusals


async def test_permission_of_the_app_that_is_missing_is_named(client, simulator):
    simulator.login(simulator.credentials).application.permissions -= {"ReadPresence", "EditPresence"}

    with pytest.raises(PermissionMissingError) as refusal:
        await client.get_presence()

    assert (refusal.value.permission, refusal.value.of_app) == ("ReadPresence", True)


async def test_permission_of_the_user_that_is_missing_is_named(client, simulator):
    simulator.login(simulator.credentials).permissions.discard("ReadPresenceStatus")

    with pytest.raises(PermissionMissingError) as refusal:
        await client.get_presence()

    assert (refusal.value.permission, refusal.value.of_app) == ("ReadPresenceStatus", False)


async def test_rejected_token_is_replaced_and_the_request_repeated(client, simulator):
    await client.get_extension()
    simulator.expire_tokens()

    assert (await client.get_extension()).extension_number == "101"
    assert simulator.requests[TOKEN] == 2


async def test_login_whose_every_token_is_rejected_is_given_up(client, simulator):
    simulator.faults.apply({"kind": "status", "status": 401, "path": "*/presence"})

    with pytest.raises(UserCredentialsError):
        await client.get_presence()

    assert simulator.requests[PRESENCE] == 2
    assert simulator.requests[TOKEN] == 2


async def test_429_is_silence_for_its_group_alone(client, simulator, clock):
    simulator.faults.apply({"kind": "status", "status": 429, "retry_after": 90, "path": "*/presence", "count": 1})

    with pytest.raises(RateLimitedError) as refusal:
        await client.get_presence()
    assert refusal.value.retry_after == 90
    clock.advance(85)
    with pytest.raises(RateLimitedError) as refusal:
        await client.get_extension()
    assert refusal.value.retry_after == pytest.approx(5, abs=0.1)
    assert len(await client.list_extensions()) > 1
    assert simulator.requests[PRESENCE] == 1

    clock.advance(5.1)
    await client.get_presence()


async def test_budget_smaller_than_usual_is_learned_and_never_exceeded(http, clock, account):
    async with Simulator(account, clock=clock, limits={"heavy": 2}) as simulator:
        client = Login(http, simulator.url, simulator.credentials, clock).client
        done = []

        async def read():
            await client.list_account_presence()
            done.append(clock.monotonic())

        for _ in range(2):
            await read()
        third = asyncio.create_task(read())
        assert not (await asyncio.wait({third}, timeout=0.03))[0]
        clock.advance(60.1)
        await third

        assert simulator.limits.refused == 0
        assert done[2] - done[0] >= 60


@pytest.mark.parametrize("body", ["json", "html", "empty", "truncated"])
async def test_service_that_is_down_is_unreachable(client, simulator, body):
    fault = {"kind": "status", "status": 503, "body": body, "retry_after": 30, "path": "*/presence"}
    simulator.faults.apply(fault)

    with pytest.raises(UnreachableError) as failure:
        await client.get_presence()

    assert failure.value.retry_after == 30


@pytest.mark.parametrize("body", ["html", "empty", "truncated"])
async def test_answer_that_is_no_answer_is_a_payload_error(client, simulator, body):
    simulator.faults.apply({"kind": "status", "status": 200, "body": body, "path": "*/presence"})

    with pytest.raises(PayloadError):
        await client.get_presence()


async def test_redirect_is_a_refusal_and_carries_no_token_elsewhere(scripted, scripted_client):
    scripted.always({}, status=307, headers={"Location": f"{scripted.url}/thief"})

    with pytest.raises(RequestRejectedError):
        await scripted_client.get_presence()

    assert [request.path for request in scripted.requests] == ["/restapi/v1.0/account/~/extension/~/presence"]


async def test_token_and_form_of_answer_are_named_in_headers(scripted, scripted_client):
    await scripted_client.get_presence()

    headers = scripted.requests[0].headers
    assert (headers["Authorization"], headers["Accept"]) == ("Bearer ACCESS-TOKEN", "application/json")


async def test_errors_are_all_of_ringcentral(scripted, scripted_client):
    scripted.always(b"\xff", status=418)

    with pytest.raises(RingCentralError):
        await scripted_client.get_presence()


# Time


@pytest.mark.parametrize("offset", [-86_400, -90, 0, 90, 86_400])
async def test_servers_time_is_learned_from_its_answers(http, simulator, clock, offset):
    ours = Clock(start=clock.time() - offset, speed=1e-6)
    client = Login(http, simulator.url, simulator.credentials, ours).client

    await client.get_extension()

    assert client.server_time() == pytest.approx(clock.time(), abs=1.01)


async def test_rounding_of_dates_does_not_make_the_time_jump(client, clock):
    offsets = set()
    for _ in range(20):
        await client.get_extension()
        offsets.add(round(client.clock_offset, 3))
        clock.advance(0.37)

    assert offsets == {0}


async def test_date_between_sending_and_reading_needs_no_correction(http, scripted):
    ours = Clock(start=1644819708.0 - 10, speed=1e-6)

    def answer_slowly(request):
        ours.advance(15)
        return web.json_response({}, headers={**PLENTY, "Date": "Mon, 14 Feb 2022 06:21:48 GMT"})

    scripted.answer = answer_slowly
    client = RingCentralClient(http, FixedAuth(), server=scripted.url, clock=ours, limits=RateLimits(ours))

    await client.get_presence()

    assert client.clock_offset == 0


async def test_wall_clock_that_is_set_does_not_move_the_servers_time(http, simulator, clock):
    own_clock = OwnClock(clock)
    client = Login(http, simulator.url, simulator.credentials, own_clock).client
    await client.get_extension()
    for offset in (600.0, -600.0):
        own_clock.offset = offset

        assert abs(client.server_time() - clock.time()) < 2

    await client.get_extension()
    assert abs(client.server_time() - clock.time()) < 2
