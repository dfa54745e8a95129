"""Every answer and event is as RingCentral's OpenAPI specification has it, as far as that covers it.

Objects are held to the fields which the specification knows; the tables name where real traffic is known to differ.
"""

import asyncio
from datetime import datetime
import re
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from simulator.account import large_account
from simulator.cloud import Simulator
from simulator.forms import EVENT_FORMS
from simulator.office_day import HOUR, OPENS, OfficeDay
from tests.samples import payload
from tests.simulator.visitor import API, Visitor

SPECIFICATION = payload("openapi-presence")

# In the specification, but none of the simulator's business.
NOT_SIMULATED = {
    ("get", "/restapi/oauth/authorize"),  # answers with a redirect
    ("put", "/restapi/v1.0/account/{accountId}/extension/{extensionId}/favorite"),
} | {
    (method, path)
    for path, operations in SPECIFICATION["paths"].items()
    for method in operations
    if re.search("unified-presence|call-queue", path)
}
# Fields of real traffic that the specification lacks.
UNSPECIFIED = {
    "ExtensionPresenceEvent": {"ownerId"},  # in captures it is here, the specification has it in the body
    "DetailedExtensionPresenceEvent": {"ownerId"},
    "DetailedExtensionPresenceWithSIPEvent": {"ownerId"},
    "AccountPresenceEvent": {"ownerId"},
    "ExtensionInfoEvent": {"ownerId"},
    "ExtensionFavoritesEvent": {"ownerId"},
    "ExtensionPresenceEventBody": {"meetingStatus"},  # the guide's sample has it
    # Errors have the code and the message at the top too (captures).
    "ApiErrorResponseModel": {"errorCode", "message", "parameterName", "parameterValue", "permissionName"},
}
SCHEMA_OF_FILTER = {
    "presence": "ExtensionPresenceEvent",
    "presence?detailedTelephonyState=true": "DetailedExtensionPresenceEvent",
    "presence?detailedTelephonyState=true&sipData=true": "DetailedExtensionPresenceWithSIPEvent",
}


def is_date_time(value):
    """Captures end with Z or +0000; the standard of the specification demands Z or +00:00."""
    return bool(datetime.fromisoformat(value).tzinfo) if isinstance(value, str) else True


def is_int32(value):
    return not isinstance(value, int) or -(2**31) <= value < 2**31


def strict(name, schema):
    """Return a component that knows no other fields than its own."""
    if schema.get("type") == "object" and "properties" in schema and "additionalProperties" not in schema:
        allowed: dict[str, Any] = {extra: {} for extra in UNSPECIFIED.get(name, ())}
        return {**schema, "properties": {**schema["properties"], **allowed}, "additionalProperties": False}
    return schema


def components():
    schemas = {name: strict(name, schema) for name, schema in SPECIFICATION["components"]["schemas"].items()}
    # These parts of an extension were left out of the trimmed specification.
    return {"schemas": schemas | {name: {} for name in SPECIFICATION["omitted_refs"]}}


COMPONENTS = components()
FORMATS = jsonschema.FormatChecker(formats=())
FORMATS.checks("date-time", raises=ValueError)(is_date_time)
FORMATS.checks("int32")(is_int32)


def validate(value, schema):
    document = {**schema, "components": COMPONENTS}
    jsonschema.Draft202012Validator(document, format_checker=FORMATS).validate(value)


def ref(name):
    return {"$ref": f"#/components/schemas/{name}"}


class Judge(Visitor):
    """A client that holds every answer against the specification."""

    def __init__(self, simulator):
        super().__init__(simulator)
        self.judged = set()

    async def call(self, method, path, headers=None, **more):
        reply = await super().call(method, path, headers, **more)
        found = self.operation(method.lower(), path.partition("?")[0])
        if found is None:
            return reply
        if reply.status >= 400:
            validate(reply.json, ref("ApiErrorResponseModel"))
        elif reply.status == 207:
            for part in reply.json:
                expected = "PresenceInfoResponse" if part["status"] == 200 else "ApiErrorResponseModel"
                validate(part["body"], ref(expected))
        else:
            content = SPECIFICATION["paths"][found[1]][found[0]]["responses"][str(reply.status)].get("content")
            if content:
                validate(reply.json, content["application/json"]["schema"])
            else:
                assert reply.text == ""
            self.judged.add(found)
        return reply

    @staticmethod
    def operation(method, path):
        for template, operations in SPECIFICATION["paths"].items():
            if method in operations and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path):
                return method, template
        return None


async def tour(judge, webhook_address):
    """Ask everything that there is to ask."""
    await judge.log_in()
    await judge.refresh()
    for query in ("", "?detailedTelephonyState=true", "?detailedTelephonyState=true&sipData=true&perPage=7"):
        await judge.get(f"/account/~/presence{query}")
    everyone = list(judge.simulator.account.extensions)
    for number in everyone[:40]:
        await judge.get(f"/account/~/extension/{number}/presence?detailedTelephonyState=true&sipData=true")
    bulk = ",".join(map(str, [*everyone[:8], 2]))
    await judge.get(f"/account/~/extension/{bulk}/presence", Accept="application/vnd.ringcentral.multipart+json")
    for path in ("", "/~", "/~/features", "/~/favorite", "?page=2&perPage=3"):
        await judge.get(f"/account/~/extension{path}")
    await judge.request("PUT", f"{API}/account/~/extension/~/presence", {"userStatus": "Busy", "message": "Lunch"})
    for _ in range(2):
        body = {
            "eventFilters": [f"{API}/account/~/presence", f"{API}/account/~/extension/~/presence/line"],
            "deliveryMode": {"transportType": "WebHook", "address": webhook_address},
        }
        subscription = (await judge.request("POST", f"{API}/subscription", body)).json
    path = f"{API}/subscription/{subscription['id']}"
    await judge.request("POST", f"{path}/renew")
    await judge.request("PUT", path, {"eventFilters": [f"{API}/account/~/extension/~/presence"]})
    await judge.get(f"/subscription/{subscription['id']}")
    await judge.get("/subscription")
    await judge.request("DELETE", path)
    await judge.request("POST", "/restapi/oauth/wstoken")
    for failing in (
        "/account/~/extension/2/presence",
        "/account/~/extension/~/favorite/1",
        "/account/~/extension?page=0",
    ):
        await judge.get(failing)
    await judge.call("POST", "/restapi/oauth/revoke", judge.basic(), data={"token": judge.token["access_token"]})


@pytest.mark.parametrize("has_new_call_handling", [False, True])
async def test_every_answer_is_as_specified(account, clock, phones, webhook_receiver, has_new_call_handling):
    account.settings.new_call_handling = has_new_call_handling
    day = OfficeDay(phones)
    day.play_until(OPENS + HOUR)
    while not len({leg.status for call in phones.calls for leg in call.legs.values()}) > 2:
        day.step()
    limits = {"light": 1000, "medium": 1000, "heavy": 1000, "auth": 1000}
    async with Simulator(account, clock=clock, limits=limits) as simulator, Judge(simulator) as judge:
        await tour(judge, webhook_receiver)

    everything = {(method, path) for path, operations in SPECIFICATION["paths"].items() for method in operations}
    assert judge.judged == everything - NOT_SIMULATED


async def test_every_page_of_a_large_account_is_as_specified(clock):
    async with Simulator(large_account(clock, users=120), clock=clock) as simulator, Judge(simulator) as judge:
        await judge.log_in()
        for path in ("extension", "presence"):
            for page in (1, 2):
                reply = await judge.get(f"/account/~/{path}?page={page}")
                assert reply.json["records"]


@pytest.fixture
async def webhook_receiver(real_sockets):
    async def serve(reader, writer):
        request = (await reader.readuntil(b"\r\n\r\n")).decode()
        token = re.search(r"(?i)validation-token: (\S+)", request)
        echo = f"Validation-Token: {token[1]}\r\n" if token else ""
        writer.write(f"HTTP/1.1 200 OK\r\n{echo}Content-Type: application/json\r\nContent-Length: 0\r\n\r\n".encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook"
    server.close()


# Events


def schema_of(event):
    """Return the schema of an extension's presence event, by the path that it names."""
    return ref(SCHEMA_OF_FILTER[event["event"].rpartition("/")[2]])


async def events_of_a_day(user, account, phones, filters, *, steps):
    """Return what an office day sends to a subscriber."""
    socket = await user.connect()
    await socket.subscribe(*filters)
    account.update_presence(account.find("101").id, {"ringOnMonitoredCall": True})
    day = OfficeDay(phones, seed=3)
    day.play_until(OPENS + 3 * HOUR)
    for _ in range(steps):
        day.step()
    count = user.simulator.subscriptions.notified
    return [await socket.event() for _ in range(count)]


@pytest.mark.parametrize("query", ["", "?detailedTelephonyState=true", "?detailedTelephonyState=true&sipData=true"])
@pytest.mark.parametrize("has_new_call_handling", [False, True])
async def test_every_presence_event_is_as_specified(user, account, phones, query, has_new_call_handling):
    account.settings.speak(["specified"])
    account.settings.new_call_handling = has_new_call_handling
    filters = [
        f"/account/~/extension/{one.id}/presence{query}"
        for one in account.extensions.values()
        if one.has_presence and one.settings["allowSeeMyPresence"]
    ]

    events = await events_of_a_day(user, account, phones, filters, steps=400)

    assert len(events) > 300
    for event in events:
        validate(event, schema_of(event))
    reported = {name for event in events for name in event["body"]}
    assert ("activeCalls" in reported) is bool(query)
    assert ("acceptCallQueueCalls" in reported) is has_new_call_handling


@pytest.mark.parametrize("form", EVENT_FORMS)
async def test_account_events_are_as_specified_in_every_form(user, account, phones, form):
    account.settings.event_form = form

    events = await events_of_a_day(user, account, phones, ["/account/~/presence"], steps=200)

    assert events
    for event in events:
        event["body"]["extensionId"] = str(event["body"]["extensionId"])
        validate(event, ref("AccountPresenceEvent"))


async def test_todays_form_differs_from_the_specification_by_the_number_of_the_extension(user, account, phones):
    assert account.settings.dialects == ()
    filters = ["/account/~/extension/~/presence?detailedTelephonyState=true"]

    events = await events_of_a_day(user, account, phones, filters, steps=400)

    assert len(events) > 20
    for event in events:
        with pytest.raises(jsonschema.ValidationError, match="is not of type 'string'"):
            validate(event, schema_of(event))
        event["body"]["extensionId"] = str(event["body"]["extensionId"])
        validate(event, schema_of(event))


async def test_events_of_lists_are_as_specified(user, account):
    socket = await user.connect()
    await socket.subscribe("/account/~/extension/~/favorite", "/account/~/extension/~")
    own = user.credentials.extension_id

    account.set_favorites(own, [])
    account.rename_extension(own, "Reception")

    validate(await socket.event(), ref("ExtensionFavoritesEvent"))
    validate(await socket.event(), ref("ExtensionInfoEvent"))


# The judge itself


@pytest.mark.parametrize(
    "change",
    [
        {"telephonyStatus": "Levitating"},
        {"sequence": "12"},
        {"sequence": 2**31},
        {"newField": 1},
        {"activeCalls": [{"startTime": "yesterday"}]},
        {"activeCalls": [{"sipData": {"toTag": 1}}]},
    ],
    ids=str,
)
def test_specification_refuses_what_is_wrong(account, notices, phones, change):
    account.settings.extension_ids = "text"
    phones.call_in("101")
    event = {"uuid": "1", "event": "/presence?detailedTelephonyState=true&sipData=true", "body": notices[0].body}
    validate(event, schema_of({"event": event["event"]}))

    with pytest.raises(jsonschema.ValidationError):
        validate({**event, "body": event["body"] | change}, schema_of(event))
