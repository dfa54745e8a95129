"""The simulator as a program, and scripts/ring."""

import asyncio
import json
import os
from pathlib import Path
import re
import signal
import subprocess
import sys
import urllib.request

import pytest

from demo import __main__ as demo_program
from simulator import __main__ as simulator_program
from simulator.control_calls import CallControl
from simulator.tasks import Tasks

ROOT = Path(__file__).parents[2]
RING = ROOT / "scripts" / "ring"


class Program:
    """A running ``python -m simulator``."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "simulator", "--port", "0", *arguments],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.lines: list[str] = []
        assert self.process.stdout
        assert self.process.stderr
        while not self.lines or not self.lines[-1].startswith("Stop with"):
            line = self.process.stdout.readline()
            assert line, self.process.stderr.read()
            self.lines.append(line)
        (self.url,) = re.findall(r"http://\S+", self.lines[0])

    def get(self, path):
        return self.get_from(self.url, path)

    @staticmethod
    def get_from(url, path):
        with urllib.request.urlopen(url + path, timeout=5) as answer:
            return json.load(answer)

    def stop(self, with_signal=signal.SIGINT):
        self.process.send_signal(with_signal)
        return self.process.communicate(timeout=10)


@pytest.fixture
def start():
    programs = []

    def start(*arguments):
        programs.append(Program(*arguments))
        return programs[-1]

    yield start
    for program in programs:
        if program.process.poll() is None:
            program.process.kill()
        program.process.communicate()


def run(*arguments, **environment):
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
        env={**os.environ, **environment},
    )


def ring(*arguments, **environment):
    done = run(str(RING), *arguments, **environment)
    return done.returncode, done.stdout.strip(), done.stderr.strip()


@pytest.mark.parametrize("with_signal", [signal.SIGINT, signal.SIGTERM])
def test_program_says_where_it_is_and_how_to_log_in_and_ends_cleanly(start, with_signal):
    program = start()
    said = "".join(program.lines)

    assert program.url.startswith("http://127.0.0.1:")
    for text in (f"{program.url}/simulator/", "demo-client", "demo-secret", "demo-jwt", "scripts/ring 101"):
        assert text in said
    output, errors = program.stop(with_signal)
    assert (output, errors, program.process.returncode) == ("Stopped.\n", "", 0)


def test_program_plays_a_large_office_day(start):
    program = start("--users", "60", "--office-day", "--speed", "600", "--seed", "5")

    state = program.get("/simulator/state")

    assert " with 60 users " in program.lines[0]
    assert [extension["number"] for extension in state["extensions"]][:60:59] == ["1001", "1060"]
    assert (state["office"]["playing"], state["office"]["speed"]) == (True, 600)
    program.stop()


def test_program_speaks_dialects_and_has_odd_extensions(start):
    program = start("--dialect", "2018", "--dialect", "ids_as_numbers", "--odd-extensions")

    state = program.get("/simulator/state")

    assert state["dialects"]["spoken"] == ["2018", "ids_as_numbers"]
    assert {"Site", "Bot", "TieLine", "Unknown"} < {extension["type"] for extension in state["extensions"]}
    program.stop()


def refusal(main, arguments, capsys):
    """Return what a program says about impossible options before it begins."""
    with pytest.raises(SystemExit) as refused:
        main(arguments)
    assert refused.value.code == 2
    return capsys.readouterr().err


def test_unknown_dialect_is_refused(capsys):
    error = refusal(simulator_program.main, ["--dialect", "klingon"], capsys)

    assert "There is no dialect 'klingon'; there are" in error


def test_port_in_use_is_one_sentence(start):
    port = start().url.rpartition(":")[2]

    done = run("-m", "simulator", "--port", port)

    assert done.returncode == 1
    assert re.fullmatch(rf"The simulator cannot listen on 127\.0\.0\.1:{port}: [^\n]+\n", done.stderr)


@pytest.mark.parametrize("program", [simulator_program, demo_program], ids=["simulator", "demo"])
@pytest.mark.parametrize(
    "arguments",
    [["--port", "70000"], ["--speed", "0"], ["--users", "1"], ["--users", "79001"], ["--speed", "nan"]],
    ids=str,
)
def test_impossible_option_is_refused(program, arguments, capsys):
    assert arguments[0] in refusal(program.main, arguments, capsys)


# scripts/ring


def test_ring_makes_a_phone_ring(start):
    program = start()

    done = ring("102", "--name", "John Wang", "--from", "+14155550123", "--url", program.url)

    assert done == (0, "Ringing: 102", "")
    (call,) = program.get("/simulator/state?extension=102")["extensions"][0]["calls"]
    assert (call["fromName"], call["from"], call["telephonyStatus"]) == ("John Wang", "+14155550123", "Ringing")
    port = program.url.rpartition(":")[2]
    assert ring("104", "--queue", "--port", port) == (0, "Ringing: 103, 104, 105", "")
    assert ring("103", "--answer-after", "0", "--hang-up-after", "60", SIMULATOR_PORT=port)[0] == 0


def test_ring_passes_calls_on(start):
    url = start().url

    def statuses():
        return [
            "".join(call["telephonyStatus"] for call in one["calls"])
            for one in Program.get_from(url, "/simulator/state")["extensions"][:3]
        ]

    assert ring("101", "--withheld", "--answer-after", "0", "--url", url)[0] == 0
    assert ring("101", "--transfer", "102", "--url", url) == (0, "Passed on to 102.", "")
    assert statuses() == ["", "Ringing", ""]
    assert ring("103", "--ring-out", "+14155550123", "--url", url) == (0, "Ringing: 103", "")
    assert ring("101", "--call", "101", "--url", url) == (0, "Ringing: 101", "")
    assert ring("101", "--call", "+14155550123", "--url", url) == (0, "Calling +14155550123.", "")
    assert ring("104", "--conference", "--url", url)[2] == "104 Carla Jensen has not two calls that could be passed on."


def test_ring_does_what_can_be_done_with_a_call(start):
    program = start()

    def act(number, *options):
        assert ring(number, *options, "--url", program.url)[0] == 0, options
        (extension,) = program.get(f"/simulator/state?extension={number}")["extensions"]
        return "".join(call["telephonyStatus"] for call in extension["calls"])

    assert act("102") == "Ringing"
    assert [
        act("102", option) for option in ("--answer", "--hold", "--resume", "--park", "--retrieve", "--hang-up")
    ] == [
        "CallConnected",
        "OnHold",
        "CallConnected",
        "ParkedCall",
        "CallConnected",
        "",
    ]
    assert act("103") == "Ringing"
    assert act("103", "--decline") == ""
    assert act("104", "--call", "+14155550123") == "Ringing"
    assert act("104", "--connect-out") == "CallConnected"
    assert ring("105", "--message", "Please call back.", "--url", program.url) == (0, "Left a voicemail.", "")


def test_ring_reaches_whatever_the_control_interface_can_do_with_calls(account, phones):
    table = CallControl(phones, Tasks()).table()
    text = RING.read_text()

    assert {path for path in table if f'"{path}"' not in text} == set()


def test_ring_switches_dialects(start):
    program = start()

    done = ring("101", "--dialect", "2018", "--dialect", "empty_list", "--url", program.url)

    assert done == (0, "Ringing: 101", "")
    assert program.get("/simulator/state")["dialects"]["spoken"] == ["2018", "empty_list"]


def test_ring_explains_in_one_line_what_is_wrong(start):
    program = start()

    unknown = ring("999", "--url", program.url)
    bad = ring("101", "--answer-after", "-1", "--url", program.url)
    absent = ring("101", "--port", "9")
    malformed = ring("101", "--url", "nonsense")

    assert unknown[2].startswith("There is no extension 999; there are 101 Front Desk, 102 Alice Moreau,")
    assert bad[2] == "answer_after has to be from 0 to 86400 seconds."
    assert absent[2].startswith("The demo does not run at http://127.0.0.1:9;")
    assert malformed[2] == "nonsense is no address; it has to begin with http://"
    for status, output, error in (unknown, bad, absent, malformed):
        assert (status, output, error.count("\n")) == (1, "", 0)


async def test_ring_recognises_what_is_not_the_demo(simulator):
    status, _, error = await asyncio.to_thread(ring, "101", "--url", simulator.url)

    assert status == 1
    assert error == f"What listens at {simulator.url} is not the demo (status 404)."


def test_ring_needs_nothing_but_the_standard_library():
    done = run("-I", "-S", str(RING), "--help")

    assert "--answer-after" in done.stdout
    assert RING.read_text().startswith("#!/usr/bin/env python3\n")
    assert os.access(RING, os.X_OK)
