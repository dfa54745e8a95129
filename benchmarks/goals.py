"""What is to be reached, as ratios to what was measured in the same run; the machine cancels out."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from .card import BUSY, TILES
from .delivery import BARE_HOME
from .result import FLOOR, INTEGRATION, Result

_TEMPLATES = "templates"
_ALLOWED = "set-up, requests allowed"


class Verdict(NamedTuple):
    """A goal, what was reached, and whether that is enough."""

    measure: str
    case: str
    goal: str
    reached: str
    is_met: bool


class Results:
    """The results of a run, by what they are about."""

    def __init__(self, results: Sequence[Result]) -> None:
        """Index them."""
        self._results = {(one.measure, one.case, one.competitor): one for one in results}

    def cases(self, measure: str) -> list[Result]:
        """Return the integration's results of a measure."""
        return [one for one in self._results.values() if one.measure == measure and one.competitor == INTEGRATION]

    def find(self, like: Result, competitor: str) -> Result | None:
        """Return a competitor's result of the same measure and case."""
        return self._results.get((like.measure, like.case, competitor))


def _owner(competitor: str) -> str:
    return f"the {competitor}'" if competitor.endswith("s") else f"the {competitor}'s"


type Goal = Callable[[Results], Iterator[Verdict]]


def _at_most(measure: str, factor: float, *, competitor: str = FLOOR, is_rate: bool = False) -> Goal:
    """Return the goal of costing no more than so many times the floor, or of being no slower than that."""

    def check(results: Results) -> Iterator[Verdict]:
        for ours in results.cases(measure):
            floor = results.find(ours, competitor)
            if floor is None or not floor.median:
                continue
            if is_rate:
                ratio = floor.median / ours.median
                goal = f"at least 1/{factor:g} of {_owner(competitor)}"
            else:
                ratio = ours.median / floor.median
                goal = f"at most {factor:g} × {competitor}"
            yield Verdict(measure, ours.case, goal, f"{'1/' if is_rate else '× '}{ratio:.2f}", ratio <= factor)

    return check


def _cheaper(measure: str, competitor: str, factor: float, size: float) -> Goal:
    def check(results: Results) -> Iterator[Verdict]:
        for ours in results.cases(measure):
            other = results.find(ours, competitor)
            if other is not None and ours.size == size:
                ratio = other.median / ours.median
                goal = f"{competitor} cost at least {factor:g} times as much"
                yield Verdict(measure, ours.case, goal, f"{ratio:.0f} times", ratio >= factor)

    return check


def _same_at_any_size(measure: str, factor: float) -> Goal:
    def check(results: Results) -> Iterator[Verdict]:
        cases = sorted(results.cases(measure), key=lambda one: one.size)
        if len(cases) < 2:
            return
        small, large = cases[0], cases[-1]
        floors = [results.find(one, FLOOR) for one in (small, large)]
        if floors[0] is None or floors[1] is None:
            return
        growth = (large.median / small.median) / (floors[1].median / floors[0].median)
        goal = f"at most {factor:g} × that of {small.case}, beyond the floor's own growth"
        yield Verdict(measure, large.case, goal, f"× {growth:.2f}", growth <= factor)

    return check


def _below(measure: str, limit: float) -> Goal:
    def check(results: Results) -> Iterator[Verdict]:
        for ours in results.cases(measure):
            goal = f"at most {limit:g}" if limit else "none"
            yield Verdict(measure, ours.case, goal, f"{max(ours.values):.3g}", max(ours.values) <= limit)

    return check


def _requests(results: Results) -> Iterator[Verdict]:
    allowed = {one.case: one.median for one in results.cases(_ALLOWED)}
    for ours in results.cases("set-up, requests"):
        limit = allowed[ours.case]
        goal = f"at most {limit:g} (4, and 2 for each thousand)"
        yield Verdict(ours.measure, ours.case, goal, f"{ours.median:g}", ours.median <= limit)


def _no_more_than(measure: str, competitor: str) -> Goal:
    def check(results: Results) -> Iterator[Verdict]:
        for ours in results.cases(measure):
            other = results.find(ours, competitor)
            if other is not None:
                goal = f"no more than {_owner(competitor)} {other.median:,.0f} {other.unit}"
                reached = f"{ours.median:,.0f} {ours.unit}"
                yield Verdict(measure, ours.case, goal, reached, ours.median <= other.median)

    return check


def _four_more(results: Results) -> Iterator[Verdict]:
    plain = {one.case: one for one in results.cases("idle, requests")}
    for ours in results.cases("idle with history, requests"):
        if (other := plain.get(ours.case)) is not None:
            more = ours.median - other.median
            yield Verdict(ours.measure, ours.case, "at most 4 more than without", f"{more:g} more", more <= 4)


GOALS: tuple[Goal, ...] = (
    _at_most("CPU of an event", 2.5),
    _cheaper("CPU of an event", _TEMPLATES, 100, size=100),
    _same_at_any_size("CPU of an event", 1.3),
    _at_most("delay, 99 in 100 below", 2),
    _at_most("delay, 99 in 100 below", 2, competitor=BARE_HOME),
    _below("lost", 0),
    _at_most("highest rate", 3, is_rate=True),
    _at_most("highest rate", 2, competitor=BARE_HOME, is_rate=True),
    _at_most("set-up, wall", 1.5),
    _at_most("set-up, CPU", 1.5),
    _no_more_than("set-up, longest stall", FLOOR),
    _requests,
    _at_most("memory of an extension", 1.5),
    _below("loss of the link, longest turn", 50),
    _below("return of the link, longest turn", 50),
    # Each 50 s of silence are proved by a request, 72 an hour, since nobody may be deaf for more than 90 s and not know
    # it. It was 20 when 15 minutes were thought soon enough.
    _below("idle, requests", 92),
    _below("call, state rows", 14),
    _below("call, bytes of events", 1300),
    _four_more,
    _below("history, requests", 1),
    _no_more_than("dashboard, until all phones show", TILES),
    _below(BUSY, 25),
    _no_more_than(BUSY, TILES),
)


def judge(results: Sequence[Result]) -> list[Verdict]:
    """Return what has become of each goal for which there are results."""
    known = Results(results)
    return [verdict for goal in GOALS for verdict in goal(known)]
