"""RingCentral's own JavaScript client, unmodified but for the server's address, against the simulator.

Its packages are pinned in tests/javascript and installed into the checkout's cache folder.
"""

import asyncio
from contextlib import asynccontextmanager
import fcntl
import json
import os
from pathlib import Path
import shutil
import subprocess

import pytest

from simulator.cloud import CloudSettings, Simulator
from tests.simulator.visitor import until

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "tests" / "javascript"
CACHE = ROOT / ".cache" / "javascript"
FILES = ("package.json", "package-lock.json", "client.mjs")

pytestmark = pytest.mark.skipif(
    shutil.which("node") is None or shutil.which("npm") is None, reason="Node.js (node and npm) is not installed"
)


@pytest.fixture(scope="module")
def client_file():
    """Install the client once, whatever number of test processes want it."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        wanted = (SOURCE / "package-lock.json").read_bytes()
        installed = CACHE / "installed.json"
        for name in FILES:
            shutil.copyfile(SOURCE / name, CACHE / name)
        if not installed.exists() or installed.read_bytes() != wanted:
            command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            done = subprocess.run(command, cwd=CACHE, capture_output=True, text=True, timeout=300, check=False)
            assert done.returncode == 0, done.stderr
            installed.write_bytes(wanted)
    return CACHE / "client.mjs"


@pytest.fixture
async def simulator(account, clock):
    # The client uses a socket's token again for four fifths of its life, and the cloud accepts it once.
    async with Simulator(account, clock=clock, settings=CloudSettings(ws_token_ttl=1)) as running:
        yield running


class Client:
    """The running client and what it has said so far."""

    def __init__(self, process):
        self.process = process
        self.said = []
        self.reading = asyncio.create_task(self.read())

    async def read(self):
        async for line in self.process.stdout:
            self.said.append(json.loads(line))

    async def hear(self, name, count=1):
        """Return what it said of that kind, once it has said so much."""
        try:
            await until(lambda: len(self.all(name)) >= count, seconds=30)
        except TimeoutError:
            pytest.fail(f"The client said only {self.said}")
        return self.all(name)

    def all(self, name):
        return [what[name] for what in self.said if name in what]

    async def end(self):
        """End its input; return its status and its complaints."""
        self.process.stdin.close()
        complaints = await self.process.stderr.read()
        await self.reading
        return await asyncio.wait_for(self.process.wait(), 10), complaints.decode()


@pytest.fixture
def connect(client_file, simulator):
    @asynccontextmanager
    async def connect():
        process = await asyncio.create_subprocess_exec(
            "node",
            client_file,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            limit=2**20,
            env={
                **os.environ,
                "RINGCENTRAL_SERVER_URL": simulator.url,
                "RINGCENTRAL_CLIENT_ID": simulator.credentials.client_id,
                "RINGCENTRAL_CLIENT_SECRET": simulator.credentials.client_secret,
                "RINGCENTRAL_JWT": simulator.credentials.jwt,
                # The simulator is on this machine, whatever proxy leads to the internet.
                "NO_PROXY": "127.0.0.1",
            },
        )
        client = Client(process)
        try:
            yield client
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()
            await client.reading

    return connect


def test_packages_are_pinned_by_their_content_and_not_by_an_address():
    packages = json.loads((SOURCE / "package-lock.json").read_text())["packages"]
    pinned = [entry for name, entry in packages.items() if name]

    assert packages["node_modules/@rc-ex/core"]["version"] == "1.8.6"
    assert packages["node_modules/@rc-ex/ws"]["version"] == "1.4.2"
    assert all(entry["integrity"].startswith("sha512-") and "resolved" not in entry for entry in pinned)


def statuses(events):
    return [event["body"]["telephonyStatus"] for event in events]


async def test_client_logs_in_reads_presence_subscribes_hears_calls_and_leaves_nothing(
    connect, simulator, account, phones
):
    async with connect() as client:
        (presence,) = await client.hear("presence")
        (extension,) = await client.hear("extension")
        (subscription,) = await client.hear("subscription")
        assert extension["extensionNumber"] == "101"
        assert (presence["telephonyStatus"], presence["activeCalls"]) == ("NoCall", [])
        assert subscription["id"] in simulator.subscriptions.by_id

        call = phones.call_in("101", from_name="John Wang")
        call.answer()
        call.hang_up()

        events = await client.hear("event", 3)
        assert statuses(events) == ["Ringing", "CallConnected", "NoCall"]
        assert events[0]["body"]["activeCalls"][0]["fromName"] == "John Wang"
        assert await client.end() == (0, "")
    assert simulator.subscriptions.by_id == {}
    assert simulator.oauth.sessions == []


@pytest.mark.parametrize("fault", ["abrupt", "disconnect"])
async def test_client_recovers_a_dropped_socket_with_what_it_missed(connect, simulator, phones, fault):
    async with connect() as client:
        await client.hear("subscription")
        call = phones.call_in("101")
        await client.hear("event", 1)

        simulator.faults.apply({"kind": fault})
        await until(lambda: not simulator.gateway.connections)
        call.answer()

        assert await client.hear("recovery") == ["autoRecoverSuccess"]
        assert statuses(await client.hear("event", 2)) == ["Ringing", "CallConnected"]
        call.hang_up()
        assert statuses(await client.hear("event", 3))[-1] == "NoCall"
        assert (await client.end())[0] == 0
    assert simulator.gateway.recovered == 1


async def test_client_whose_recovery_comes_too_late_subscribes_anew(connect, simulator, phones, clock):
    async with connect() as client:
        (first,) = await client.hear("subscription")
        simulator.faults.apply({"kind": "abrupt"})
        await until(lambda: not simulator.gateway.connections)
        clock.advance(181)

        assert await client.hear("recovery") == ["autoRecoverFailed"]
        await until(lambda: [key for key in simulator.subscriptions.by_id if key != first["id"]])
        phones.call_in("101")
        (event,) = await client.hear("event")

    assert event["subscriptionId"] != first["id"]
