"""Runs the simulated cloud: ``python -m simulator``."""

import argparse
import asyncio
from contextlib import suppress
import signal
import sys
from typing import TextIO

from . import arguments
from .account import demo_account, large_account
from .clock import Clock
from .cloud import Simulator
from .control import Control
from .dialects import combined
from .logins import HISTORY_PERMISSIONS
from .office_day import OfficeDay
from .phones import Phones


def main(arguments: list[str] | None = None) -> int:
    """Run until Ctrl-C; return the exit status."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        combined(options.dialect)
    except ValueError as error:
        parser.error(str(error))
    try:
        asyncio.run(_run(options))
    except OSError as error:
        _say(f"The simulator cannot listen on {options.host}:{options.port}: {error.strerror or error}.", sys.stderr)
        return 1
    return 0


async def _run(options: argparse.Namespace) -> None:
    clock = Clock()
    if options.users is None:
        account = demo_account(clock, options.seed, has_odd_extensions=options.odd_extensions)
    else:
        account = large_account(clock, options.users, options.seed)
    account.settings.speak(options.dialect)
    simulator = Simulator(account, clock=clock, host=options.host, port=options.port, seed=options.seed)
    phones = Phones(account)
    # The demo may see everything; what an app needs at least is in the README.
    simulator.permit(*HISTORY_PERMISSIONS)
    day = OfficeDay(phones, seed=options.seed, speed=options.speed, messages=0.5)
    control = Control(simulator, phones, day)
    control.mount()
    over = asyncio.Event()
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        # Not every platform has signals in its event loop; there Ctrl-C ends the program as usual.
        with suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(signal_number, over.set)
    async with simulator:
        if options.office_day:
            control.office_day.start()
        _introduce(simulator)
        await over.wait()
        await control.stop()
    _say("Stopped.")


def _introduce(simulator: Simulator) -> None:
    credentials = simulator.credentials
    users = simulator.account.users()
    _say(f"A simulated RingCentral with {len(users)} users listens on {simulator.url}")
    _say(f"  Web page:      {simulator.url}/simulator/")
    _say(f"  Client id:     {credentials.client_id}")
    _say(f"  Client secret: {credentials.client_secret}")
    _say(f"  JWT:           {credentials.jwt}")
    number = simulator.account.extensions[credentials.extension_id].number
    _say(f"Make a phone ring with: scripts/ring {number} --url {simulator.url}")
    _say("Stop with Ctrl-C.")


def _say(text: str, stream: TextIO | None = None) -> None:
    print(text, file=stream or sys.stdout, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m simulator", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    parser.add_argument(
        "--port", type=arguments.port, default=arguments.DEFAULT_PORT, help="port to listen on (default: %(default)s)"
    )
    parser.add_argument("--users", type=arguments.users, help="a company of so many users instead of the small office")
    parser.add_argument("--office-day", action="store_true", help="let the phones live by themselves")
    parser.add_argument(
        "--speed", type=arguments.speed, default=1.0, help="speed of the office day (default: real time)"
    )
    parser.add_argument(
        "--dialect", action="append", default=[], metavar="NAME", help="a dialect of docs/simulator.md; may be repeated"
    )
    parser.add_argument("--odd-extensions", action="store_true", help="add extensions of types that are no phones")
    parser.add_argument("--seed", type=int, default=0, help="another seed makes other days and names")
    return parser


if __name__ == "__main__":
    sys.exit(main())
