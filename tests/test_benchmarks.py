"""Each benchmark runs in its smallest size and yields its rows; nothing is said about time."""

import json

import pytest

from benchmarks import card, delivery, event_cost, goals, history, idle, outage, recorder, report, set_up
from benchmarks.result import FLOOR, INTEGRATION, TINY, Result


def rows(results):
    """Return what was measured of whom, each value checked to be a number."""
    assert all(value >= 0 for result in results for value in result.values)
    return {(result.measure, result.competitor) for result in results}


@pytest.fixture
def two_sizes():
    """Results of two sizes, made up: the floor grows by half, the integration costs twice as much and grows alike."""
    return [
        Result(
            measure="CPU of an event", case=f"{size:,} extensions", size=size, competitor=who, unit="µs", values=took
        )
        for size, who, took in (
            (10, INTEGRATION, (20.0, 21.0, 40.0)),
            (10, FLOOR, (10.0,)),
            (5000, INTEGRATION, (30.0,)),
            (5000, FLOOR, (15.0,)),
        )
    ]


@pytest.mark.usefixtures("socket_enabled")
async def test_the_cost_of_an_event_is_measured_beside_all_rivals():
    times = await event_cost.measure_office(extensions=3, rounds=1, events=5)
    assert times.keys() == {FLOOR, INTEGRATION, "coordinator", "templates", "filtered templates"}
    assert all(len(values) == 1 for values in times.values())


@pytest.mark.usefixtures("socket_enabled")
async def test_listeners_receive_everything():
    results = await delivery.measure(TINY)
    for kind in (INTEGRATION, FLOOR):
        assert rows(results) >= {
            ("delay, half below", kind),
            ("delay, 99 in 100 below", kind),
            ("highest rate", kind),
            ("lost", kind),
        }
    assert all(result.values == (0,) for result in results if result.measure == "lost")


@pytest.mark.parametrize("kind", [INTEGRATION, FLOOR])
async def test_set_up_is_measured(simulator, kind):
    credentials = simulator.credentials
    login = {name: getattr(credentials, name) for name in ("client_id", "client_secret", "jwt")}
    async with set_up.set_up(kind, simulator.url, login, {"1": "Front Desk", "2": "Sales"}) as figures:
        assert figures.keys() == {
            "set-up, wall",
            "set-up, CPU",
            "set-up, stalls over 50 ms",
            "set-up, longest stall",
            "memory of an extension",
        }
        assert figures["set-up, wall"][0] > 0


@pytest.mark.usefixtures("socket_enabled")
async def test_the_call_log_is_read_once_and_measured():
    results = await history.measure(TINY)
    names = {"history, reading", "history, requests", "history, memory"}
    assert rows(results) == {(name, INTEGRATION) for name in names}
    assert next(result.median for result in results if result.measure == "history, requests") == 1


@pytest.mark.usefixtures("socket_enabled")
async def test_the_link_is_lost_and_comes_back():
    figures = await outage.measure_office(3)
    assert figures.keys() == {"loss of the link, longest turn", "return of the link, longest turn"}
    assert all(value > 0 for value in figures.values())


@pytest.mark.usefixtures("socket_enabled")
async def test_a_quiet_office_asks_little():
    results = await idle.measure(TINY)
    names = {
        f"{kind}, {what}" for kind in ("idle", "idle with history") for what in ("timers", "heartbeats", "requests")
    }
    assert rows(results) == {(name, INTEGRATION) for name in names}
    assert next(result.median for result in results if result.measure == "idle, requests") <= 100


@pytest.mark.usefixtures("socket_enabled")
async def test_what_a_call_leaves_in_the_database_is_counted():
    figures = {result.measure: result.median for result in await recorder.measure(TINY)}
    assert figures["call, event rows"] == 3
    assert 10 <= figures["call, state rows"] <= 14
    assert 0 < figures["call, bytes of events"] <= 1300
    assert figures["call, bytes of states"] > 0


def test_what_the_script_of_the_card_prints_is_taken_over():
    dashboard = {"ready_ms": 900, "idle": 0.01, "busy": 0.25}
    reported = {
        "bundle": {"bytes": 40960, "gzip": 10240},
        "component": {"phones": 500, "first_render_ms": 40.5, "event_ms": 1.5},
        "frontend": {
            "switchboard": dashboard,
            "tiles": {**dashboard, "busy": 0.75},
            "empty": {**dashboard, "busy": 0.125},
        },
    }
    results = {(one.measure, one.competitor): one.median for one in card.read(reported, 500)}
    assert results["card, module compressed", INTEGRATION] == 10
    assert results["dashboard, busy at 20 events/s", INTEGRATION] == 25
    assert results["dashboard, busy at 20 events/s", "tiles"] == 75
    assert results["dashboard, busy at 20 events/s", "empty dashboard"] == 12.5
    assert results["dashboard, busy beyond an empty one", INTEGRATION] == 12.5
    assert results["dashboard, busy beyond an empty one", "tiles"] == 62.5


def test_goals_are_ratios_to_the_floor_of_the_same_run(two_sizes):
    verdicts = [(verdict.case, verdict.reached, verdict.is_met) for verdict in goals.judge(two_sizes)]
    assert verdicts == [
        ("10 extensions", "× 2.10", True),
        ("5,000 extensions", "× 2.00", True),
        ("5,000 extensions", "× 0.95", True),
    ]


def test_the_report_has_every_figure_with_its_spread(two_sizes, tmp_path):
    report.write(two_sizes, {"Processor": "any"}, tmp_path)
    page = (tmp_path / "performance.md").read_text(encoding="utf-8")
    assert "21 µs (20–40)" in page
    assert "images/performance-event.svg" in page
    assert (tmp_path / "images" / "performance-event.svg").read_text(encoding="utf-8").startswith("<svg")


def test_kept_results_can_be_read_again(two_sizes, tmp_path):
    file = tmp_path / "kept.json"
    file.write_text(report.as_json({"event": two_sizes}, {"Processor": "any"}), encoding="utf-8")
    assert report.read(file) == {"event": two_sizes}
    assert [goal["is_met"] for goal in json.loads(file.read_text(encoding="utf-8"))["goals"]] == [True, True, True]
