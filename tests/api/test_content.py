"""Attachments: where the token may go, what comes, and what a refusal means."""

from aiohttp import web
import pytest

from custom_components.ringcentral.api.client import RingCentralClient
from custom_components.ringcentral.api.content import (
    LONGEST_TRANSCRIPTION,
    is_content_address,
    open_content,
    read_transcription,
)
from custom_components.ringcentral.api.errors import (
    PayloadError,
    PermissionMissingError,
    RateLimitedError,
    RequestRejectedError,
    RingCentralError,
    UnreachableError,
)
from custom_components.ringcentral.api.messages import sync_voicemails
from custom_components.ringcentral.api.rate_limit import RateLimits
from simulator.logins import HISTORY_PERMISSIONS
from simulator.messages import make_audio
from tests.api.login import FixedAuth

PLATFORM = "https://platform.ringcentral.com"


@pytest.fixture
def client(client, simulator):
    simulator.permit(*HISTORY_PERMISSIONS)
    return client


@pytest.fixture
async def message(client, account, own_id, clock):
    """A transcribed voicemail, as it is read."""
    account.settings.transcription = "at_once"
    account.messages.add(own_id, seconds=2, text="Please\ncall me\u202e back.")
    return (await sync_voicemails(client, since=clock.time() - 86400)).records[0]


@pytest.mark.parametrize(
    ("address", "server", "may"),
    [
        ("https://media.ringcentral.com/restapi/x", PLATFORM, True),
        (f"{PLATFORM}/restapi/x", PLATFORM, True),
        ("http://media.ringcentral.com/x", PLATFORM, False),
        ("https://media.ringcentral.com.example.com/x", PLATFORM, False),
        ("https://evilringcentral.com/x", PLATFORM, False),
        ("https://example.com/x", PLATFORM, False),
        ("https://user@media.ringcentral.com/x", PLATFORM, False),
        ("http://127.0.0.1:8421/x", PLATFORM, False),
        ("http://127.0.0.1:8421/x", "http://127.0.0.1:8421", True),
        ("https://example.com/x", "http://127.0.0.1:8421", False),
        ("https://example.com/x", "https://ringcentral.com", False),
        ("https://[", PLATFORM, False),
    ],
)
def test_the_token_goes_to_servers_beside_the_own_one_only(address, server, may):
    assert is_content_address(address, server) is may


async def test_a_recording_is_read_with_the_token(client, message):
    async with open_content(client, message.attachment("AudioRecording").uri) as response:
        assert response.content_type == "audio/x-wav"
        assert await response.read() == make_audio(2)


async def test_a_transcription_is_one_harmless_line(client, message):
    text = await read_transcription(client, message.attachment("AudioTranscription").uri)

    assert text == "Please call me back."


async def test_a_long_transcription_is_cut(client, account, own_id, clock):
    account.settings.transcription = "at_once"
    account.messages.add(own_id, text="word " * 10_000)
    message = (await sync_voicemails(client, since=clock.time() - 86400)).records[0]

    assert len(await read_transcription(client, message.attachment("AudioTranscription").uri)) <= LONGEST_TRANSCRIPTION


async def test_a_foreign_address_gets_no_request(client, scripted):
    with pytest.raises(PayloadError):
        async with open_content(client, "https://example.com/recording"):
            pass


async def test_a_recording_that_leads_elsewhere_is_not_followed(http, scripted, clock):
    seen = []

    async def lead_on(request):
        seen.append(request.path)
        return web.Response(status=302, headers={"Location": f"{scripted.url}/restapi/elsewhere"})

    scripted.answer = lead_on
    client = RingCentralClient(http, FixedAuth(), server=scripted.url, clock=clock, limits=RateLimits(clock))

    with pytest.raises(RingCentralError):
        async with open_content(client, f"{scripted.url}/restapi/recording"):
            pass
    assert seen == ["/restapi/recording"]


async def test_a_token_that_has_expired_is_replaced(client, simulator, message):
    simulator.expire_tokens()

    async with open_content(client, message.attachment("AudioRecording").uri) as response:
        assert response.status == 200


async def test_what_is_purged_is_refused(client, account, own_id, message):
    account.messages.delete(account.messages.of(own_id)[0], purge=True)

    with pytest.raises(RequestRejectedError) as caught:
        async with open_content(client, message.attachment("AudioRecording").uri):
            pass
    assert caught.value.status == 404


@pytest.mark.parametrize(
    ("status", "error"), [(429, RateLimitedError), (403, PermissionMissingError), (503, UnreachableError)]
)
async def test_refusals_are_those_of_all_requests(client, simulator, message, status, error):
    simulator.faults.apply({"kind": "status", "path": "*/content/*", "status": status})

    with pytest.raises(error):
        async with open_content(client, message.attachment("AudioRecording").uri):
            pass
    if status == 429:
        assert client.limits.remaining()["medium"] == 0


async def test_a_connection_that_breaks_is_no_answer(client, simulator, message):
    simulator.faults.apply({"kind": "reset", "path": "*/content/*"})

    with pytest.raises(UnreachableError):
        async with open_content(client, message.attachment("AudioRecording").uri):
            pass


async def test_a_transcription_that_breaks_off_is_no_answer(http, scripted, clock):
    async def broken(request):
        response = web.StreamResponse(headers={"Content-Length": "100"})
        await response.prepare(request)
        await response.write(b"Hello")
        request.transport.abort()
        return response

    scripted.answer = broken
    client = RingCentralClient(http, FixedAuth(), server=scripted.url, clock=clock, limits=RateLimits(clock))

    with pytest.raises(UnreachableError):
        await read_transcription(client, f"{scripted.url}/restapi/text")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed_wherever_it_leads(http, scripted, clock, status):
    asked = []

    async def answer(request):
        asked.append(request.path)
        # Another name of this machine is another host.
        there = scripted.url.replace("127.0.0.1", "localhost") + "/stolen"
        return web.Response(status=status, headers={"Location": there})

    scripted.answer = answer
    client = RingCentralClient(http, FixedAuth(), server=scripted.url, clock=clock, limits=RateLimits(clock))

    with pytest.raises(RingCentralError):
        async with open_content(client, f"{scripted.url}/restapi/recording"):
            pass
    assert asked == ["/restapi/recording"]
