"""What the call log costs: reading 250 calls at the start, and keeping them."""

import asyncio
from datetime import UTC, datetime
import gc
import time
import tracemalloc

from custom_components.ringcentral.api.answers import read_synced
from custom_components.ringcentral.api.call_log import MOST_RECORDS, CallLogRecord
from custom_components.ringcentral.api.client import RingCentralClient
from custom_components.ringcentral.api.rate_limit import UsageGroup
from custom_components.ringcentral.api.transport import Reply
from custom_components.ringcentral.history.records import CallLog, LoggedCall, read_record
from simulator.account import demo_account
from simulator.clock import Clock
from simulator.cloud import Simulator
from simulator.logins import HISTORY_PERMISSIONS

from .house import add_ringcentral, home_assistant
from .result import INTEGRATION, Result, Scale

_STEP = 5.0
_PAUSE = 0.02


async def measure(scale: Scale) -> list[Result]:
    """Return the time and the requests of a start with 250 calls in the log, and the memory of each."""
    clock = Clock()
    account = demo_account(clock)
    account.call_log.fill(account.find("101"), MOST_RECORDS)
    async with Simulator(account, clock=clock) as simulator:
        simulator.permit(*HISTORY_PERMISSIONS)
        async with home_assistant(clock) as hass:
            entry = await add_ringcentral(hass, simulator.url, simulator.credentials)
            history = entry.runtime_data.history
            for _ in range(200):
                if history.calls:
                    break
                clock.advance(_STEP)
                await asyncio.sleep(_PAUSE)
            requests = sum(count for (_, path), count in simulator.requests.items() if "call-log" in path)
            if len(history.calls) != MOST_RECORDS:
                raise RuntimeError("The log was not read")
            body = await _fetch(entry.runtime_data.client)
            await hass.config_entries.async_unload(entry.entry_id)
    times = tuple(_time(body) for _ in range(scale.repeats))
    rows = (
        ("history, reading", "ms of CPU", times),
        ("history, requests", "", (float(requests),)),
        ("history, memory", "bytes a call", (_memory(body),)),
    )
    return [
        Result(
            measure=name,
            case=f"{MOST_RECORDS} calls",
            size=MOST_RECORDS,
            competitor=INTEGRATION,
            unit=unit,
            values=values,
        )
        for name, unit, values in rows
    ]


async def _fetch(client: RingCentralClient) -> bytes:
    """Return the answer to a full synchronization, as it comes."""
    week_ago = datetime.fromtimestamp(client.server_time() - 7 * 86400, UTC).isoformat()
    params = {"syncType": "FSync", "recordCount": str(MOST_RECORDS), "dateFrom": week_ago}
    path = "/restapi/v1.0/account/~/extension/~/call-log-sync"
    return (await client.request("GET", path, UsageGroup.HEAVY, params=params)).body


def _read(body: bytes) -> list[LoggedCall]:
    records = read_synced(Reply(200, {}, body), CallLogRecord).records
    return [call for record in records if (call := read_record(record, "1", {})) is not None]


def _time(body: bytes) -> float:
    began = time.process_time()
    log = CallLog(1000)
    log.replace(_read(body))
    assert log.calls
    return (time.process_time() - began) * 1000


def _memory(body: bytes) -> float:
    gc.collect()
    tracemalloc.start()
    log = CallLog(1000)
    log.replace(_read(body))
    count = len(log.calls)
    gc.collect()
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return taken / count
