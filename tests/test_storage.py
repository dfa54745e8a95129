"""What is kept on disk."""

import asyncio
from pathlib import Path
import signal
import sys

from homeassistant.config_entries import ConfigEntries
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.ringcentral.storage import GuardedStore, async_remove_orphans

ROOT = Path(__file__).parent.parent
WRITER = """
import asyncio, sys
from homeassistant.core import HomeAssistant
from custom_components.ringcentral.storage import GuardedStore

async def write():
    store = GuardedStore(HomeAssistant(sys.argv[1]), 1, "kept", dict[str, str])
    await store.async_keep({"written": "x" * 5_000_000})
    print("ready", flush=True)
    while True:
        await store.async_keep({"written": "x" * 5_000_000})

asyncio.run(write())
"""


def put(store, content):
    """Put a file where the store keeps its own; return its path."""
    path = Path(store.path)
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    return path


def make_files(hass, names):
    """Make files in the folder for what is kept; return it."""
    folder = Path(hass.config.path(".storage"))
    for name in names:
        (folder / name).write_bytes(b"{}")
    return folder


def set_aside(path):
    """Return what the copy holds that Home Assistant has made of a file."""
    (copy,) = path.parent.glob(f"{path.name}.corrupt.*")
    return copy.read_bytes()


def is_private(store):
    """Return whether nobody else may read the file."""
    return Path(store.path).stat().st_mode & 0o077 == 0


@pytest.fixture
async def real_disk(tmp_path):
    """Home Assistant with a disk of its own, which no fixture replaces."""
    hass = HomeAssistant(str(tmp_path))
    yield hass
    await hass.async_stop(force=True)


async def test_a_file_is_for_home_assistant_alone(real_disk):
    store = GuardedStore(real_disk, 1, "kept", dict[str, int])
    await store.async_keep({"one": 1})
    assert is_private(store)
    assert await GuardedStore(real_disk, 1, "kept", dict[str, int]).async_read() == {"one": 1}


async def test_what_changes_after_it_was_kept_at_once_is_kept_too(hass, hass_storage, freezer):
    store, data = GuardedStore(hass, 1, "kept", dict[str, int], may_change=True), {"one": 1}
    store.keep_soon(data)
    await store.async_keep(data)
    data["two"] = 2
    store.keep_soon(data)
    freezer.tick(10)
    async_fire_time_changed(hass)
    await hass.async_block_till_done()
    assert hass_storage[store.key]["data"] == {"one": 1, "two": 2}


async def test_what_was_never_kept_is_nothing(real_disk):
    store = GuardedStore(real_disk, 1, "kept", dict[str, int])
    assert await store.async_read() is None
    assert not store.is_unreadable


@pytest.mark.parametrize(
    "content",
    [
        b"[]",
        b"7",
        b'"text"',
        b'{"version": 1}',
        b'{"version": "1", "data": {}}',
        b'{"version": 9, "minor_version": 1, "data": {"one": 1}}',
        b'{"version": 0, "minor_version": 1, "data": {"one": 1}}',
        b'{"version": 1, "minor_version": 1, "data": {"one": "word"}}',
        b'{"version": 1, "minor_version": 1, "data": [1]}',
    ],
)
async def test_a_file_that_cannot_be_read_stays_as_it_is(real_disk, content):
    store = GuardedStore(real_disk, 1, "kept", dict[str, int])
    path = put(store, content)
    assert await store.async_read() is None
    assert store.is_unreadable
    await store.async_keep({"two": 2})
    assert path.read_bytes() == content


async def test_what_is_no_json_is_set_aside_by_home_assistant(real_disk):
    store = GuardedStore(real_disk, 1, "kept", dict[str, int])
    path = put(store, b'{"version": 1, "da')
    assert await store.async_read() is None
    assert set_aside(path) == b'{"version": 1, "da'


async def test_files_of_entries_that_are_gone_are_removed_and_no_others(real_disk):
    there, gone = "01JDC0M9Q3V5N8R2T4W6Y8A0BC", "01JDC0M9Q3V5N8R2T4W6Y8A0BD"
    real_disk.config_entries = ConfigEntries(real_disk, {})
    MockConfigEntry(domain="ringcentral", entry_id=there).add_to_hass(real_disk)
    names = [
        f"ringcentral.missed_calls.{there}",
        f"ringcentral.missed_calls.{there}.101",
        "ringcentral.something",
        f"another.missed_calls.{gone}",
    ]
    orphans = [
        f"ringcentral.missed_calls.{gone}",
        f"ringcentral.missed_calls.{gone}.101",
        f"ringcentral.temporary_presence.{gone}",
        f"ringcentral.history.{gone}",
        f"ringcentral.voicemail.{gone}",
    ]
    put(GuardedStore(real_disk, 1, "something", dict[str, int]), b"{}")
    folder = make_files(real_disk, [*names, *orphans])
    await async_remove_orphans(real_disk)
    assert sorted(one.name for one in folder.iterdir()) == sorted(names)


async def test_what_can_not_be_removed_is_named_in_the_log_and_stays(real_disk, caplog):
    real_disk.config_entries = ConfigEntries(real_disk, {})
    put(GuardedStore(real_disk, 1, "something", dict[str, int]), b"{}")
    folder = make_files(real_disk, ["ringcentral.something", f"ringcentral.history.{'0' * 26}"])
    (folder / f"ringcentral.voicemail.{'0' * 26}").mkdir()
    await async_remove_orphans(real_disk)

    assert sorted(one.name for one in folder.iterdir()) == [
        "ringcentral.something",
        f"ringcentral.voicemail.{'0' * 26}",
    ]
    assert "can't be removed" in caplog.text


async def test_a_power_cut_in_the_middle_of_writing_leaves_a_whole_file(real_disk):
    store = GuardedStore(real_disk, 1, "kept", dict[str, str])
    await store.async_keep({"written": "before"})
    writer = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WRITER, real_disk.config.config_dir, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    # It writes megabytes, again and again, until it is killed.
    await writer.stdout.readline()
    for _ in range(3):
        await asyncio.sleep(0.05)
        writer.send_signal(signal.SIGSTOP)
        read = GuardedStore(real_disk, 1, "kept", dict[str, str])
        kept = await read.async_read()
        assert len(kept["written"]) in {len("before"), 5_000_000}
        writer.send_signal(signal.SIGCONT)
    writer.kill()
    await writer.wait()
    assert await GuardedStore(real_disk, 1, "kept", dict[str, str]).async_read() is not None
