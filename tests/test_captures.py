"""Captures: what was sent to somebody gives what it should, and a capture of it gives the same without their names."""

from collections.abc import Iterator
from dataclasses import asdict
import json
import shutil
import subprocess
import sys

from homeassistant.setup import async_setup_component
import pytest

from custom_components.ringcentral.report.capture import CAPTURE_RULE, VERSION, uuids
from custom_components.ringcentral.report.pseudonyms import Pseudonyms
from custom_components.ringcentral.report.redaction import redact
from tests.captures import FOLDER, player
from tests.captures.player import CaptureError, Step, load, play
from tests.captures.recorder import live
from tests.controls import choose

ROOT = FOLDER.parents[1]
FILES = sorted(FOLDER.glob("*.json"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_came_of_a_capture_is_what_should(path):
    expected = json.loads(path.read_text())["expected"]
    assert [asdict(step) for step in play(load(path))] == expected


def test_there_are_captures_of_both_kinds_of_diagnostics():
    assert len(FILES) >= 2
    extensions = [len({step.extension for step in play(load(path))} - {None}) for path in FILES]
    assert min(extensions) == 1
    assert max(extensions) > 1


# --- pseudonyms change nothing -----------------------------------------------------------------------


def renamed(steps: list[Step], pseudonyms: Pseudonyms) -> Iterator[Step]:
    """Yield what has to come of a capture with other names."""

    def call_id(text):
        return text if text.startswith("unnamed") else pseudonyms.identifier(text)

    for step in steps:
        if step.extension is not None:
            step.extension = pseudonyms.phone_number(step.extension)
        if step.shown:
            calls = [call.rsplit(" ", 1) for call in step.shown["calls"]]
            step.shown["calls"] = sorted(f"{call_id(name)} {state}" for name, state in calls)
            step.shown["caller"] = pseudonyms.text(step.shown["caller"])
        for one in step.reported:
            one["call"] = call_id(one["call"])
            if "caller" in one:
                one["caller"] = pseudonyms.text(one["caller"])
        yield step


@pytest.mark.parametrize("batch", range(8))
def test_a_capture_gives_the_same_with_pseudonyms_in_any_dialect(batch):
    for seed in range(batch * 8, batch * 8 + 8):
        _, document = live(seed)
        pseudonyms = Pseudonyms(b"salt")
        pseudonyms.rank(uuids(document))
        hidden = json.loads(json.dumps(redact(document, CAPTURE_RULE, pseudonyms)))
        before, after = list(renamed(play(document), pseudonyms)), play(hidden)
        for step in (*before, *after):
            # Its words have ids in them.
            step.arrived = step.arrived.partition(":")[0]
        assert after == before, seed
        assert any(step.reported for step in after)


def test_a_replay_comes_to_what_happened():
    for seed in range(10):
        life, document = live(seed, steps=8)
        assert len(document["entries"]) < 200
        reported = [(one["kind"], one["call"]) for step in play(document) for one in step.reported if "kind" in one]
        announced = [(str(one.kind), one.call.call_id) for one in life.office.transitions]
        assert sorted(reported) == sorted(announced), seed


async def test_a_download_replayed_comes_to_what_home_assistant_reported(hass, hass_client, office, phones, tmp_path):
    seen = []
    office.coordinator.stream.async_listen(seen.append)
    await office.miss_a_call("101", rings=5)
    await choose(hass, office, "101", "set_dnd", "do_not_accept_any_calls")
    await office.pass_time(61)
    office.simulator.faults.apply({"kind": "refuse_socket", "for": 10})
    office.simulator.gateway.close_abruptly()
    await office.shows(None, "connection", "off")
    phones.call_in("102").hang_up()
    await office.pass_time(40, step=1)
    await office.shows(None, "connection", "on")
    await office.pass_time(5)
    capture = load(await downloaded(hass, hass_client, office, tmp_path))
    assert {entry.get("is_replay") for entry in capture["entries"]} == {None, False, True}
    assert None in {entry["requested_at"] for entry in capture["entries"] if "presence" in entry}, "a confirmed change"
    steps = play(capture)
    reported = [(one["kind"], one["is_recovered"]) for step in steps for one in step.reported]
    assert reported == [(str(one.kind), one.is_recovered) for one in seen]
    assert [kind for kind, _ in reported] == ["ringing", "missed", "missed"]
    own = office.coordinator.capture.pseudonyms.phone_number(str(office.account.find("101").id))
    assert [step.shown["dnd"] for step in steps if step.extension == own][-1] == "DoNotAcceptAnyCalls"


# --- the tool ----------------------------------------------------------------------------------------


async def downloaded(hass, hass_client, office, tmp_path):
    """Return the file that Home Assistant lets a user download."""
    assert await async_setup_component(hass, "diagnostics", {})
    answer = await (await hass_client()).get(f"/api/diagnostics/config_entry/{office.entry.entry_id}")
    assert answer.status == 200
    path = tmp_path / "config_entry-ringcentral.json"
    path.write_text(await answer.text())
    return path


def replay(*arguments, root=ROOT):
    command = [sys.executable, "-P", "-m", "tests.captures", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={"PYTHONPATH": str(root)})
    return done.returncode, done.stdout, done.stderr


async def test_a_downloaded_file_is_shown_event_by_event(hass, hass_client, office, tmp_path):
    await office.miss_a_call("101", rings=5, from_number="+14155550123", from_name="John Wang")
    path = await downloaded(hass, hass_client, office, tmp_path)
    status, shown, error = await hass.async_add_executor_job(replay, path)
    assert (status, error) == (0, "")
    lines = shown.splitlines()
    assert lines[0].split("  ")[0] == "Time (UTC)"
    order = [
        "event: Ringing [Inbound Ringing",
        "ringing",
        "event: NoCall [Inbound NoCall final",
        "time passed",
        "missed",
    ]
    assert [word for word in order if word not in shown] == []
    assert [shown.index(word) for word in order] == sorted(shown.index(word) for word in order)
    assert "John" not in shown
    assert "4155550123" not in shown


async def test_a_downloaded_file_becomes_a_test(hass, hass_client, office, tmp_path):
    await office.miss_a_call("101", from_number="+14155550123", from_name="John Wang")
    path = await downloaded(hass, hass_client, office, tmp_path)
    checkout = tmp_path / "checkout"
    for name in ("tests/__init__.py", "tests/rules.py", "tests/captures"):
        target = checkout / name
        target.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, target)
    (checkout / "custom_components").symlink_to(ROOT / "custom_components")

    def run(*arguments):
        return replay(*arguments, root=checkout)

    status, said, _ = await hass.async_add_executor_job(run, path, "--test", "a_missed_call")
    written = checkout / "tests" / "captures" / "a_missed_call.json"
    assert status == 0
    assert "tests/captures/a_missed_call.json" in said
    assert [asdict(step) for step in play(load(written))] == json.loads(written.read_text())["expected"]
    assert "missed" in written.read_text()
    # Another file does not take its place; the test itself may be written again.
    status, _, error = await hass.async_add_executor_job(run, path, "--test", "a_missed_call")
    assert status == 1
    assert "already" in error
    assert (await hass.async_add_executor_job(run, written, "--test", "a_missed_call"))[0] == 0
    status, _, error = await hass.async_add_executor_job(run, path, "--test", "../x")
    assert status == 1
    assert "no name" in error


WRONG = {
    "no JSON": ("hello", "no JSON file"),
    "a list": ("[]", "no capture"),
    "another integration": ('{"integration_manifest": {"domain": "hue"}, "data": {}}', "of hue"),
    "not loaded": ('{"data": {"data": {}, "options": {}}}', "did not run"),
    "without a capture": ('{"data": {"counters": {}}}', "no capture"),
    "of the future": ('{"data": {"capture": {"version": 99}}}', "version 99"),
    "empty": (f'{{"data": {{"capture": {{"version": {VERSION}, "entries": []}}}}}}', "nothing"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_file_is_refused_with_what_is_wrong(tmp_path, kind):
    content, reason = WRONG[kind]
    path = tmp_path / "file.json"
    path.write_text(content)
    with pytest.raises(CaptureError, match=reason):
        load(path)


def test_a_file_that_is_missing_is_refused(tmp_path):
    status, _, error = replay(tmp_path / "none.json")
    assert status == 1
    assert error == f"{tmp_path / 'none.json'} can't be read: No such file or directory.\n"


def test_a_capture_that_somebody_has_changed_is_refused():
    document = json.loads(FILES[0].read_text())["capture"]
    del document["entries"][0]["monotonic"]
    with pytest.raises(CaptureError, match="monotonic"):
        play(document)


def test_the_tool_replays_the_form_that_diagnostics_have():
    assert player.VERSION == VERSION


def test_the_script_says_how_it_is_used_without_installing_anything():
    done = subprocess.run([ROOT / "scripts" / "replay"], capture_output=True, text=True, check=True)
    assert "--test NAME" in done.stdout
    assert done.stderr == ""
