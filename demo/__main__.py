"""Runs the demo: ``python -m demo``, or ``scripts/develop``, which prepares what it needs."""

import argparse
import asyncio
from collections.abc import Awaitable
from contextlib import AsyncExitStack
from pathlib import Path
import shutil
import signal
import sys

from simulator import arguments
from simulator.account import demo_account, large_account
from simulator.clock import Clock
from simulator.cloud import Credentials, Simulator
from simulator.control import Control
from simulator.logins import APPLICATION_PERMISSIONS, HISTORY_PERMISSIONS
from simulator.office_day import OfficeDay
from simulator.past import write_past
from simulator.phones import Phones

from .furnishing import furnish, turn_light_off
from .home_assistant import PASSWORD, ROOT, USER_NAME, HomeAssistant, StartError
from .setup import DASHBOARD, add_integration, make_dashboard, offer_browser_login

_DEFAULT_CONFIG = ROOT / ".cache" / "demo"


def main(arguments: list[str] | None = None) -> int:
    """Run until Ctrl-C; return the exit status."""
    options = _parser().parse_args(arguments)
    if options.fresh:
        shutil.rmtree(options.config, ignore_errors=True)
    try:
        return asyncio.run(_run(options))
    except StartError as error:
        _say(str(error))
    except OSError as error:
        _say(f"The simulator cannot listen on {options.host}:{options.simulator_port}: {error.strerror or error}.")
    except TimeoutError:
        _say("Home Assistant did not start in time.")
    return 1


async def _run(options: argparse.Namespace) -> int:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    clock = Clock()
    account = large_account(clock, options.users) if options.users else demo_account(clock)
    # As specified, a withheld number is merely missing, and nothing shows that it is withheld.
    account.settings.speak(["withheld_as_anonymous"])
    simulator = Simulator(account, clock=clock, host=options.host, port=options.simulator_port)
    simulator.permit(*HISTORY_PERMISSIONS)
    write_past(account, account.extensions[simulator.credentials.extension_id])
    phones = Phones(account)
    office_day = OfficeDay(phones, seed=8, speed=options.speed, messages=0.5)
    control = Control(simulator, phones, office_day)
    control.mount()
    home = HomeAssistant(Path(options.config), host=options.host, port=options.port)
    async with AsyncExitStack() as stack:
        await _until(stopped, _start(stack, options, simulator, home))
        if not stopped.is_set():
            if not options.quiet:
                office_day.start()
            stack.push_async_callback(control.stop)
            _introduce(home, simulator, options, _add_second_login(simulator))
            await _until(stopped, home.until_stopped())
            if not stopped.is_set():
                raise StartError(f"Home Assistant has ended; see {home.log}")
        _say("Stopping ...")
    _say("Stopped.")
    return 0


async def _start(stack: AsyncExitStack, options: argparse.Namespace, simulator: Simulator, home: HomeAssistant) -> None:
    if not await _is_free(options.host, options.port):
        raise StartError(f"Port {options.port} is in use; choose another with --port.")
    _say(f"Starting the simulated RingCentral on port {options.simulator_port} ...")
    await stack.enter_async_context(simulator)
    _say("Starting Home Assistant ...")
    await stack.enter_async_context(home)
    await home.until_ready()
    _say("Adding the integration ...")
    if await add_integration(home, simulator):
        _say("Making a dashboard, areas and an automation ...")
        await make_dashboard(home)
        await furnish(home)
    await offer_browser_login(home, simulator)
    await turn_light_off(home)


async def _until(stopped: asyncio.Event, work: Awaitable[None]) -> None:
    """Work until it is done or the user stops it."""
    working = asyncio.ensure_future(work)
    stopping = asyncio.ensure_future(stopped.wait())
    await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not working.done():
        working.cancel()
        await asyncio.wait({working})
    if not working.cancelled():
        working.result()


async def _is_free(host: str, port: int) -> bool:
    try:
        server = await asyncio.start_server(lambda _, __: None, host, port)
    except OSError:
        return False
    server.close()
    await server.wait_closed()
    return True


def _add_second_login(simulator: Simulator) -> Credentials:
    """Let somebody log in whom Home Assistant does not know yet: the first other user, with an app of their own."""
    known = simulator.credentials.extension_id
    other = next((user.id for user in simulator.account.users() if user.id != known), known)
    return simulator.add_login(
        other,
        client_id="second-client",
        client_secret="second-secret",  # noqa: S106
        jwt="second-jwt",
        permissions=APPLICATION_PERMISSIONS | HISTORY_PERMISSIONS,
    )


def _introduce(home: HomeAssistant, simulator: Simulator, options: argparse.Namespace, second: Credentials) -> None:
    number = simulator.account.extensions[simulator.credentials.extension_id].number
    ring = f'scripts/ring {number} --name "John Wang"'
    if options.simulator_port != arguments.DEFAULT_PORT:
        ring += f" --port {options.simulator_port}"
    _say("")
    _say("The phones are here:")
    _say(f"  Dashboard:          {home.url}/{DASHBOARD}")
    _say(f"  User and password:  {USER_NAME} / {PASSWORD}")
    _say(f"  Make a phone ring:  {ring}")
    _say(f"  The office itself:  {simulator.url}/simulator/")
    who = simulator.account.extensions[second.extension_id]
    _say("")
    _say(f"To log in yourself, as {who.name} ({who.number}):")
    _say("  Settings > Devices & services > Add integration > RingCentral > With a JWT credential")
    _say(f"  Client ID:          {second.client_id}")
    _say(f"  Client secret:      {second.client_secret}")
    _say(f"  JWT credential:     {second.jwt}")
    _say(f"  Server address:     {simulator.url}  (in the section Server)")
    _say("")
    _say("Stop with Ctrl-C.")


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scripts/develop", description="Home Assistant beside a simulated RingCentral."
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    parser.add_argument(
        "--port", type=arguments.port, default=8123, help="port of Home Assistant (default: %(default)s)"
    )
    parser.add_argument(
        "--simulator-port",
        type=arguments.port,
        default=arguments.DEFAULT_PORT,
        help="port of the simulator (default: %(default)s)",
    )
    parser.add_argument("--users", type=arguments.users, help="a company of so many users instead of the small office")
    parser.add_argument("--quiet", action="store_true", help="nobody calls unless you make them")
    parser.add_argument(
        "--speed", type=arguments.speed, default=2.0, help="speed of the office's day (default: %(default)s)"
    )
    parser.add_argument("--fresh", action="store_true", help="forget what the demo kept from its last start")
    parser.add_argument("--config", default=str(_DEFAULT_CONFIG), help="folder for what it keeps")
    return parser


if __name__ == "__main__":
    sys.exit(main())
