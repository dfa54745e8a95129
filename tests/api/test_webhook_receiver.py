"""What arrives at a webhook's address: RingCentral's requests, and everybody else's."""

import asyncio

from aiohttp import web
from aiohttp.web import RequestPayloadError
from multidict import CIMultiDict
import pytest

from custom_components.ringcentral.api import webhook_receiver
from custom_components.ringcentral.api.webhook_receiver import LARGEST_DELIVERY, WebhookCounters, WebhookReceiver
from tests.samples import PAYLOADS, payload

TOKEN = "hello-world"
EVENT = (PAYLOADS / "event-detailed-presence.doc.json").read_bytes()
JSON = {"Content-Type": "application/json; charset=UTF-8"}


class Body:
    """A body that comes in pieces, and notes how much of it was read."""

    def __init__(self, content=b"", piece=1000, error=None):
        self.content = content
        self.piece = piece
        self.error = error
        self.read_bytes = 0

    async def read(self, size):
        if self.error is not None:
            raise self.error
        part = self.content[self.read_bytes :][: min(size, self.piece)]
        self.read_bytes += len(part)
        return part


@pytest.fixture
def counters():
    return WebhookCounters()


@pytest.fixture
def receiver(counters):
    return WebhookReceiver(TOKEN, counters)


def counted(counters):
    """Return the counts that are not zero."""
    return {name: count for name in counters.__struct_fields__ if (count := getattr(counters, name))}


async def post(receiver, headers, body=b""):
    content = body if isinstance(body, Body) else Body(body)
    return await receiver.receive(CIMultiDict(headers), content)


# Deliveries


@pytest.mark.parametrize("guide", ["guide_until_2023", "guide_since_2023"])
async def test_the_documented_headers_bring_the_raw_body(receiver, counters, guide):
    headers = payload("webhook-notification-headers.doc")[guide]
    headers.pop("content-length", None)
    assert await post(receiver, headers, EVENT) == ({}, EVENT)
    assert counted(counters) == {"deliveries": 1}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Verification-Token": ""},
        {"Verification-Token": "hello-worl"},
        {"Verification-Token": "hello-world "},
        {"Verification-Token": "HELLO-WORLD"},
        {"Verification-Token": "h\udce9llo"},
        {"Authorization": "Bearer hello-world"},
    ],
    ids=str,
)
async def test_without_our_token_a_delivery_is_foreign(receiver, counters, headers):
    receiver.is_handshake_expected = True
    assert await post(receiver, {**JSON, **headers}, EVENT) == ({}, None)
    assert counted(counters) == {"foreign": 1}


async def test_the_token_is_looked_at_before_the_content(receiver):
    body = Body(EVENT)
    await post(receiver, {**JSON, "Verification-Token": "wrong"}, body)
    assert body.read_bytes == 0


async def test_tokens_are_compared_in_constant_time(receiver, monkeypatch):
    compared = []

    def compare(left, right):
        compared.append((left, right))
        return False

    monkeypatch.setattr(webhook_receiver.hmac, "compare_digest", compare)
    await post(receiver, {**JSON, "Verification-Token": TOKEN}, EVENT)
    assert compared == [(TOKEN.encode(), TOKEN.encode())]


async def test_the_largest_delivery_is_taken(receiver):
    body = b"x" * LARGEST_DELIVERY
    receipt = await post(receiver, {**JSON, "Verification-Token": TOKEN}, Body(body, piece=100_000))
    assert receipt.payload == body


async def test_what_turns_out_too_large_is_not_read_to_its_end(receiver, counters):
    body = Body(b"x" * (LARGEST_DELIVERY + 500_000), piece=100_000)
    assert await post(receiver, {**JSON, "Verification-Token": TOKEN}, body) == ({}, None)
    assert counted(counters) == {"oversized": 1}
    assert body.read_bytes == LARGEST_DELIVERY + 1
    assert receiver.unreadable == 1


@pytest.mark.parametrize("declared", [str(LARGEST_DELIVERY + 1), "9" * 20, "-1", "many"])
async def test_what_declares_to_be_too_large_is_not_read_at_all(receiver, counters, declared):
    body = Body(EVENT)
    await post(receiver, {**JSON, "Verification-Token": TOKEN, "Content-Length": declared}, body)
    assert body.read_bytes == 0
    assert counted(counters) == {"oversized": 1}
    assert receiver.unreadable == 1


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""])
async def test_content_of_another_type_is_ignored(receiver, counters, content_type):
    assert await post(receiver, {"Content-Type": content_type, "Verification-Token": TOKEN}, EVENT) == ({}, None)
    assert counted(counters) == {"wrong_content": 1}
    assert receiver.unreadable == 1, "it may have been an event"


@pytest.mark.parametrize("body", [b"", b"<html>", b"[" * 20_000, EVENT.decode().encode("utf-16")])
async def test_content_is_not_parsed_here(receiver, body):
    assert (await post(receiver, {**JSON, "Verification-Token": TOKEN}, body)).payload == body


@pytest.mark.parametrize("error", [ConnectionResetError(), RequestPayloadError()], ids=repr)
async def test_a_body_that_breaks_off_is_ignored(receiver, counters, error):
    assert await post(receiver, {**JSON, "Verification-Token": TOKEN}, Body(error=error)) == ({}, None)
    assert counted(counters) == {"broken": 1}
    assert receiver.unreadable == 1


async def test_what_strangers_send_is_nothing_that_could_not_be_read(receiver):
    await post(receiver, {**JSON, "Content-Length": str(LARGEST_DELIVERY + 1)}, EVENT)
    await post(receiver, {"Content-Type": "text/plain"}, EVENT)
    assert receiver.unreadable == 0


# The handshake


async def test_the_documented_handshake_is_answered_as_documented(receiver):
    receiver.is_handshake_expected = True
    documented = payload("webhook-validation-handshake.composed")
    asked, answered = documented["request"], documented["response"]
    receipt = await post(receiver, asked["headers"], asked["body"].encode())
    assert receipt.headers.items() <= answered["headers"].items()
    assert receipt.headers["Validation-Token"] == asked["headers"]["Validation-Token"]


@pytest.mark.parametrize("token", ["!", "~" * 256])
async def test_an_expected_handshake_is_echoed(receiver, counters, token):
    receiver.is_handshake_expected = True
    assert await post(receiver, {**JSON, "Validation-Token": token}) == ({"Validation-Token": token}, None)
    assert counted(counters) == {"handshakes": 1}


@pytest.mark.parametrize("is_expected", [True, False], ids=["expected", "unexpected"])
async def test_no_handshake_waits_for_a_body(receiver, is_expected):
    receiver.is_handshake_expected = is_expected
    body = Body(error=AssertionError("read"))
    await post(receiver, {**JSON, "Validation-Token": "abc"}, body)
    assert body.read_bytes == 0


async def test_a_handshake_that_comes_with_our_secret_too_is_one(receiver):
    receiver.is_handshake_expected = True
    receipt = await post(receiver, {**JSON, "Validation-Token": "abc", "Verification-Token": TOKEN})
    assert receipt == ({"Validation-Token": "abc"}, None)


async def test_a_handshake_while_nothing_is_pending_is_not_echoed(receiver, counters):
    assert await post(receiver, {**JSON, "Validation-Token": "abc"}) == ({}, None)
    assert counted(counters) == {"unexpected_handshakes": 1}


@pytest.mark.parametrize(
    "token", ["", "~" * 257, "a b", "a\tb", "é", "a\x7f", "a\udc80", "a\r\nSet-Cookie: x"], ids=repr
)
async def test_only_up_to_256_visible_ascii_characters_are_echoed(receiver, counters, token):
    receiver.is_handshake_expected = True
    assert await post(receiver, {**JSON, "Validation-Token": token}) == ({}, None)
    assert counted(counters) == {"unexpected_handshakes": 1}


async def test_a_handshake_is_answered_without_waiting_for_a_body(receiver):
    receiver.is_handshake_expected = True
    body = Body(b"x" * 5000)
    assert await post(receiver, {**JSON, "Validation-Token": "abc"}, body) == ({"Validation-Token": "abc"}, None)
    assert body.read_bytes == 0


# Deliveries without our token


def about(subscription_id):
    return b'{"uuid":"1","event":"/restapi","subscriptionId":"' + subscription_id + b'"}'


async def test_deliveries_that_name_our_subscription_without_our_token_are_noticed_after_the_third(receiver, counters):
    receiver.expect("ours")
    for number in range(3):
        assert not receiver.lacks_token, number
        assert await post(receiver, JSON, about(b"ours")) == ({}, None)
    assert receiver.lacks_token
    assert counted(counters) == {"foreign": 3, "without_token": 3}


async def test_a_delivery_with_our_token_in_between_shows_that_all_is_well(receiver):
    receiver.expect("ours")
    for _ in range(5):
        await post(receiver, JSON, about(b"ours"))
        await post(receiver, JSON, about(b"ours"))
        await post(receiver, {**JSON, "Verification-Token": TOKEN}, about(b"ours"))
        assert not receiver.lacks_token


async def test_what_names_another_subscription_is_foreign_alone(receiver, counters):
    receiver.expect("ours")
    for _ in range(5):
        await post(receiver, JSON, about(b"theirs"))
    assert not receiver.lacks_token
    assert counted(counters) == {"foreign": 5}


async def test_another_subscription_begins_without_suspicion(receiver):
    receiver.expect("ours")
    for _ in range(3):
        await post(receiver, JSON, about(b"ours"))
    receiver.expect("ours")
    assert receiver.lacks_token
    receiver.expect("the next")
    assert not receiver.lacks_token


async def test_of_a_strangers_body_no_more_than_64_kilobytes_are_read(receiver):
    receiver.expect("ours")
    body = Body(b"x" * 500_000, piece=10_000)
    await post(receiver, JSON, body)
    assert body.read_bytes == 64 * 1024 + 1


# A real request


async def test_a_real_request_is_read_to_its_end(receiver, http):
    async def handle(request):
        taken.append(await receiver.receive(request.headers, request.content))
        return web.Response()

    taken = []
    application = web.Application()
    application.router.add_post("/", handle)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/"

    async def pieces():
        for start in range(0, len(EVENT), 300):
            yield EVENT[start : start + 300]
            await asyncio.sleep(0.001)

    async with http.post(url, data=pieces(), headers={**JSON, "Verification-Token": TOKEN}):
        pass
    await runner.cleanup()
    assert taken == [({}, EVENT)]
