"""RingCentral's own JavaScript client as another who listens, unmodified but for the server's address.

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

from tests.waiting import until

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "tests" / "javascript"
CACHE = ROOT / ".cache" / "javascript"
OWN_PRESENCE = "/restapi/v1.0/account/~/extension/~/presence?detailedTelephonyState=true"
FILES = ("package.json", "package-lock.json", "client.mjs", "history.mjs", "actionlint.mjs")

needs_node = pytest.mark.skipif(
    shutil.which("node") is None or shutil.which("npm") is None, reason="Node.js (node and npm) is not installed"
)


@pytest.fixture(scope="module")
def client_file():
    """Install the client once, whatever number of test processes ask for it."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        expected = (SOURCE / "package-lock.json").read_bytes()
        installed = CACHE / "installed.json"
        for name in FILES:
            shutil.copyfile(SOURCE / name, CACHE / name)
        if not installed.exists() or installed.read_bytes() != expected:
            command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            done = subprocess.run(command, cwd=CACHE, capture_output=True, text=True, timeout=300, check=False)
            assert done.returncode == 0, done.stderr
            installed.write_bytes(expected)
    return CACHE / "client.mjs"


class Client:
    """The running client and what it has said so far."""

    def __init__(self, process):
        self.process = process
        self.said = []
        self.reading = asyncio.create_task(self.read())

    async def read(self):
        async for line in self.process.stdout:
            self.said.append(json.loads(line))

    async def receive(self, name, count=1):
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
        return await asyncio.wait_for(self.process.wait(), 60), complaints.decode()


@asynccontextmanager
async def javascript_client(client_file, url, credentials, event_filter=OWN_PRESENCE):
    """Run the client until the end of the block."""
    process = await asyncio.create_subprocess_exec(
        "node",
        client_file,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        limit=2**20,
        env={
            **os.environ,
            "RINGCENTRAL_SERVER_URL": url,
            "RINGCENTRAL_CLIENT_ID": credentials.client_id,
            "RINGCENTRAL_CLIENT_SECRET": credentials.client_secret,
            "RINGCENTRAL_JWT": credentials.jwt,
            "RINGCENTRAL_FILTER": event_filter,
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
