"""How much is tried, from which seed: FUZZ_INPUTS (for each parser; nightly 100000) and FUZZ_SEED."""

import gc
import logging
import os
import tracemalloc

import pytest

from tests.api.scripted import ScriptedServer
from tests.faults.results import keep
from tests.fuzz.mutations import Mutator, samples

INPUTS = int(os.environ.get("FUZZ_INPUTS", "2000"))
SEED = os.environ.get("FUZZ_SEED", "1")


@pytest.fixture
def inputs():
    return INPUTS


@pytest.fixture
def mutator(request):
    """Return a source of spoiled samples; its seed is in the report of a failure."""

    def make(*prefixes, contents=None):
        request.node.add_report_section("call", "fuzz", f"Repeat this with FUZZ_SEED={SEED} FUZZ_INPUTS={INPUTS}")
        keep(request.config, f"fuzz-{request.node.name}", {"inputs": INPUTS, "seed": SEED})
        seed = f"{SEED} {request.node.name}"
        return Mutator(seed, contents if contents is not None else samples(*prefixes))

    return make


@pytest.fixture
def little_memory(caplog):
    """Let no more than 64 MB be used at any time, and no more than 4 MB be kept."""
    # The test server's log of each request is kept for reports.
    caplog.set_level(logging.WARNING, "aiohttp.access")
    gc.collect()
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    yield
    gc.collect()
    now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak - before < 64 * 2**20
    assert now - before < 4 * 2**20


@pytest.fixture
async def scripted(socket_enabled):
    """A server that answers as a test says."""
    async with ScriptedServer() as running:
        yield running
