"""One exchange with a server: what is sent, what is read, and what is not followed."""

import gzip

from aiohttp import web
import pytest

from custom_components.ringcentral.api import patience
from custom_components.ringcentral.api.errors import PayloadError, UnreachableError
from custom_components.ringcentral.api.transport import Reply, date_of, exchange, validate_server


@pytest.mark.parametrize(
    ("address", "plain"),
    [
        ("https://platform.ringcentral.com", "https://platform.ringcentral.com"),
        ("  https://Platform.RingCentral.com/ ", "https://platform.ringcentral.com"),
        ("https://platform.ringcentral.com:443", "https://platform.ringcentral.com"),
        ("https://platform.ringcentral.com:8443/", "https://platform.ringcentral.com:8443"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_server_is_brought_to_its_plain_form(address, plain):
    assert validate_server(address) == plain


@pytest.mark.parametrize(
    "address",
    [
        "",
        "platform.ringcentral.com",
        "https://",
        "ftp://platform.ringcentral.com",
        "wss://platform.ringcentral.com",
        "https://platform.ringcentral.com/restapi",
        "https://platform.ringcentral.com?a=b",
        "https://platform.ringcentral.com#a",
        "https://user@platform.ringcentral.com",
        "https://user:secret@platform.ringcentral.com",
        "https://platform.ringcentral.com:99999",
        "https://[::1",
        "http://platform.ringcentral.com",
        "http://127.0.0.1.example.com",
        "http://192.168.1.10",
        "javascript:alert(1)",
    ],
)
def test_server_that_is_not_one_or_not_encrypted_is_refused(address):
    with pytest.raises(ValueError):  # noqa: PT011 (the reason is the caller's to word)
        validate_server(address)


async def test_answer_comes_as_it_is_whatever_its_status(http, scripted):
    scripted.always(b"gone", status=410, headers={"X-Rate-Limit-Group": "light"})

    reply = await exchange(http, "GET", f"{scripted.url}/a", headers={"Accept": "text/plain"}, params={"q": "1"})

    assert (reply.status, reply.body, reply.headers["x-rate-limit-group"]) == (410, b"gone", "light")
    assert scripted.requests[0].path_qs == "/a?q=1"
    assert scripted.requests[0].headers["Accept"] == "text/plain"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirect_is_not_followed(http, scripted, status):
    scripted.always(b"", status=status, headers={"Location": f"{scripted.url}/elsewhere"})

    reply = await exchange(http, "GET", f"{scripted.url}/here", headers={})

    assert reply.status == status
    assert [request.path for request in scripted.requests] == ["/here"]


async def test_form_is_sent_as_a_form_and_a_body_as_it_is(http, scripted):
    await exchange(http, "POST", scripted.url, headers={}, form={"a": "b c"})
    await exchange(http, "POST", scripted.url, headers={}, body=b'{"a":1}')

    assert scripted.bodies == [b"a=b+c", b'{"a":1}']
    assert scripted.requests[0].content_type == "application/x-www-form-urlencoded"


async def test_body_that_grows_beyond_measure_is_refused(http, scripted):
    scripted.always(gzip.compress(bytes(33 * 1024 * 1024)), headers={"Content-Encoding": "gzip"})

    with pytest.raises(PayloadError, match="larger"):
        await exchange(http, "GET", scripted.url, headers={})


async def test_large_account_fits(http, scripted):
    scripted.always(gzip.compress(bytes(31 * 1024 * 1024)), headers={"Content-Encoding": "gzip"})

    assert len((await exchange(http, "GET", scripted.url, headers={})).body) == 31 * 1024 * 1024


async def test_server_that_does_not_answer_is_unreachable(http, simulator, monkeypatch):
    monkeypatch.setattr(patience, "REQUEST_TIMEOUT", 0.1)
    simulator.faults.apply({"kind": "silent"})

    with pytest.raises(UnreachableError, match="Timeout"):
        await exchange(http, "GET", f"{simulator.url}/restapi", headers={})
    simulator.faults.clear()


async def test_broken_connection_is_unreachable(http, simulator):
    simulator.faults.apply({"kind": "reset"})

    with pytest.raises(UnreachableError):
        await exchange(http, "GET", f"{simulator.url}/restapi", headers={})


async def test_answer_that_breaks_off_is_unreachable(http, scripted):
    async def answer(request):
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        await response.prepare(request)
        await response.write(b"x")
        request.transport.abort()
        return response

    scripted.answer = answer

    with pytest.raises(UnreachableError):
        await exchange(http, "GET", scripted.url, headers={})


async def test_server_that_is_not_there_is_unreachable_and_its_address_not_reported(http, simulator):
    await simulator.stop()

    with pytest.raises(UnreachableError) as error:
        await exchange(http, "GET", f"{simulator.url}/restapi?secret=1", headers={})

    assert "127.0.0.1" not in str(error.value)
    assert "secret" not in str(error.value)


@pytest.mark.parametrize(
    ("header", "moment"),
    [
        ("Mon, 14 Feb 2022 06:21:48 GMT", 1644819708.0),
        ("Mon, 99 Foo 2022 06:21:48 GMT", None),
        ("now", None),
        ("", None),
        (None, None),
    ],
)
def test_time_of_the_answer_is_read_from_its_header(header, moment):
    assert date_of(Reply(200, {} if header is None else {"Date": header}, b"")) == moment
