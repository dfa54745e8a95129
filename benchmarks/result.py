"""What was measured, in a form that can be kept and compared."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

INTEGRATION = "integration"
FLOOR = "floor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The values of one competitor in one case of a measure; one value for each repetition.

    ``case`` is what the measure depends on, such as ``1000 extensions``; ``size`` the same as a number.
    """

    measure: str
    case: str
    size: float
    competitor: str
    unit: str
    values: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle value."""
        return median(self.values)

    def as_dict(self) -> dict[str, Any]:
        """Return it in plain types, with the median and the spread."""
        return {**asdict(self), "median": self.median, "lowest": min(self.values), "highest": max(self.values)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How much is measured."""

    repeats: int
    # CPU time of an event
    event_sizes: Sequence[int]
    events: int
    # Delays on the way: events a second, and how many of them
    rates: Sequence[tuple[int, int]]
    office: int
    flood: int
    # Set-up and memory
    set_up_sizes: Sequence[int]
    # The largest office is set up once only.
    set_up_repeats: int
    # Loss and return of the link
    outage_sizes: Sequence[int]
    # Idle
    idle_office: int
    idle_hours: float
    # Phones on a dashboard; 0 leaves it out
    phones: int


FULL = Scale(
    repeats=5,
    event_sizes=(10, 100, 1000, 5000),
    events=200,
    rates=((10, 50), (100, 300), (500, 1500)),
    office=1000,
    flood=4000,
    set_up_sizes=(100, 1000, 5000),
    set_up_repeats=3,
    outage_sizes=(1000, 5000),
    idle_office=1000,
    idle_hours=1.0,
    phones=500,
)
TINY = Scale(
    repeats=1,
    event_sizes=(3,),
    events=5,
    rates=((50, 10),),
    office=30,
    flood=30,
    set_up_sizes=(3,),
    set_up_repeats=1,
    outage_sizes=(3,),
    idle_office=3,
    idle_hours=0.02,
    phones=0,
)
SCALES = {"full": FULL, "tiny": TINY}
