"""A Home Assistant of its own folder: prepared, started, spoken to, stopped."""

import asyncio
from asyncio.subprocess import Process
from collections.abc import Mapping
from contextlib import suppress
import json
import os
from pathlib import Path
import shutil
import signal
import sys
from types import TracebackType
from typing import Any, Self

import aiohttp

ROOT = Path(__file__).resolve().parent.parent
USER_NAME, PASSWORD = "demo", "demo"

_START_LIMIT = 180.0
_STOP_LIMIT = 20.0

_CONFIGURATION = """\
# Written by scripts/develop at each start.
homeassistant:
  name: Demo office
  unit_system: metric
  country: US
  time_zone: {time_zone}
frontend:
config:
assist_pipeline:
conversation:
history:
logbook:
recorder:
  commit_interval: 1
automation: !include automations.yaml
script: !include scripts.yaml
# A light to try automations and blueprints on.
template:
  - light:
      - name: Desk
        unique_id: desk
        turn_on: []
        turn_off: []
        set_level: []
        set_rgb: []
# What the blueprints ask for besides.
media_player:
  - platform: universal
    name: Office speaker
    unique_id: office_speaker
input_text:
  door_sign:
    name: Door sign
    icon: mdi:sign-text
input_boolean:
  quiet_hour:
    name: Quiet hour
    icon: mdi:sleep
logger:
  default: warning
  logs:
    custom_components.ringcentral: info
"""

# The dialogs of a first start, done.
_ONBOARDING = {
    "version": 4,
    "minor_version": 1,
    "key": "onboarding",
    "data": {"done": ["user", "core_config", "analytics", "integration"]},
}


def _http(host: str, port: int) -> dict[str, Any]:
    """Return the stored settings of the HTTP server; from YAML they would have to be confirmed in the browser."""
    stable = {
        "server_port": port,
        "server_host": [host],
        "cors_allowed_origins": [],
        "login_attempts_threshold": -1,
        "ip_ban_enabled": True,
        "ssl_profile": "intermediate_v6",
        "use_x_frame_options": True,
        "created_at": "2026-11-23T00:00:00+00:00",
        "error": None,
        "error_message": None,
    }
    data = {"stable": stable, "pending": None, "yaml_migration_done": True}
    return {"version": 3, "minor_version": 1, "key": "http", "data": data}


class StartError(Exception):
    """Home Assistant did not start or did not accept something; the message is for the user."""


class HomeAssistant:
    """One instance, as a process, with a session for its API."""

    def __init__(self, config: Path, *, host: str, port: int) -> None:
        """Use that folder for everything it keeps."""
        self.config = config.resolve()
        self.host = host
        self.port = port
        self.log = self.config / "home-assistant.log"
        self.token = ""
        self._process: Process | None = None
        self._session: aiohttp.ClientSession | None = None

    @property
    def url(self) -> str:
        """Where a browser on this machine finds it."""
        return f"http://{'127.0.0.1' if self.host in {'0.0.0.0', '::'} else self.host}:{self.port}"  # noqa: S104

    async def __aenter__(self) -> Self:
        """Prepare the folder and start the process."""
        await asyncio.to_thread(self._prepare)
        await self._add_user()
        self._session = aiohttp.ClientSession(self.url)
        self._process = await self._run("-m", "homeassistant", "-c", str(self.config), "--skip-pip", log=self.log)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the process in good order, or by force if that takes too long."""
        if self._session is not None:
            await self._session.close()
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(signal.SIGINT)
            try:
                async with asyncio.timeout(_STOP_LIMIT):
                    await self._process.wait()
            except TimeoutError:
                self._process.kill()
                await self._process.wait()

    async def until_ready(self) -> None:
        """Wait until it answers and log in; raises :class:`StartError` if that never comes."""
        async with asyncio.timeout(_START_LIMIT):
            while not await self._is_up():
                if self.process.returncode is not None:
                    raise StartError(f"Home Assistant ended while starting; see {self.log}")
                await asyncio.sleep(0.2)
            await self._log_in()
            while (await self.request("GET", "/api/config"))["state"] != "RUNNING":  # noqa: ASYNC110
                await asyncio.sleep(0.2)

    async def until_stopped(self) -> None:
        """Return when the process ends by itself."""
        await self.process.wait()

    @property
    def process(self) -> Process:
        """The running process."""
        assert self._process is not None  # noqa: S101
        return self._process

    @property
    def session(self) -> aiohttp.ClientSession:
        """The session to its server."""
        assert self._session is not None  # noqa: S101
        return self._session

    # Its interfaces

    async def request(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Call its REST API and return the answer; raises :class:`StartError` if it is refused."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        async with self.session.request(method, path, json=body, headers=headers) as response:
            if response.status >= 400:
                raise StartError(f"Home Assistant refused {method} {path}: {response.status} {await response.text()}")
            return await response.json()

    async def commands(self, *commands: Mapping[str, Any]) -> list[Any]:
        """Send commands through its WebSocket API and return their results; a refused one gives ``None``."""
        results = []
        # The entities of a large office are more than the 4 MiB that aiohttp takes by default.
        async with self.session.ws_connect("/api/websocket", max_msg_size=0) as websocket:
            await websocket.receive_json()
            await websocket.send_json({"type": "auth", "access_token": self.token})
            await websocket.receive_json()
            for number, command in enumerate(commands, 1):
                await websocket.send_json({"id": number, **command})
                answer = await websocket.receive_json()
                results.append(answer.get("result") if answer.get("success") else None)
        return results

    # Preparation

    def _prepare(self) -> None:
        storage = self.config / ".storage"
        storage.mkdir(parents=True, exist_ok=True)
        time_zone = os.environ.get("TZ") or "UTC"
        (self.config / "configuration.yaml").write_text(_CONFIGURATION.format(time_zone=time_zone))
        (storage / "http").write_text(json.dumps(_http(self.host, self.port)))
        for name, content in (("automations.yaml", "[]\n"), ("scripts.yaml", "{}\n")):
            if not (self.config / name).exists():
                (self.config / name).write_text(content)
        if not (storage / "onboarding").exists():
            (storage / "onboarding").write_text(json.dumps(_ONBOARDING))
        ours = ROOT / "blueprints" / "automation" / "ringcentral"
        shutil.copytree(ours, self.config / "blueprints" / "automation" / "ringcentral", dirs_exist_ok=True)
        components = self.config / "custom_components"
        components.mkdir(exist_ok=True)
        link = components / "ringcentral"
        if link.is_symlink():
            link.unlink()
        link.symlink_to(ROOT / "custom_components" / "ringcentral")

    async def _add_user(self) -> None:
        if (self.config / ".storage" / "auth_provider.homeassistant").exists():
            return
        adding = await self._run(
            "-m", "homeassistant", "--script", "auth", "-c", str(self.config), "add", USER_NAME, PASSWORD
        )
        if await adding.wait() != 0:
            raise StartError("Home Assistant could not make the demo user")

    async def _run(self, *arguments: str, log: Path | None = None) -> Process:
        with (log or Path(os.devnull)).open("ab") as output:
            return await asyncio.create_subprocess_exec(
                sys.executable,
                *arguments,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=self.config,
                # Ctrl-C is for us; we stop it in order.
                start_new_session=True,
            )

    async def _is_up(self) -> bool:
        with suppress(aiohttp.ClientError, OSError):
            async with self.session.get("/manifest.json") as response:
                return response.status == 200
        return False

    async def _log_in(self) -> None:
        client_id = f"{self.url}/"
        flow = await self.request(
            "POST",
            "/auth/login_flow",
            {"client_id": client_id, "handler": ["homeassistant", None], "redirect_uri": client_id},
        )
        answer = {"client_id": client_id, "username": USER_NAME, "password": PASSWORD}
        done = await self.request("POST", f"/auth/login_flow/{flow['flow_id']}", answer)
        if "result" not in done:
            raise StartError(
                f"Home Assistant does not accept the user {USER_NAME}; remove {self.config} to begin again"
            )
        form = {"grant_type": "authorization_code", "code": done["result"], "client_id": client_id}
        async with self.session.post("/auth/token", data=form) as response:
            self.token = (await response.json())["access_token"]
