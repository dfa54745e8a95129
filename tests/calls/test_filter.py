"""Which calls are meant: by direction, by call queue, by caller and by what was called."""

import pytest

from custom_components.ringcentral.calls.filter import CallFilter


def call(
    name="John Wang", number="+14155550123", *, called=("Sales", "+16505550100"), direction="inbound", queue=False
):
    called_name, called_number = called
    return {
        "caller_name": name,
        "caller_number": number,
        "called_name": called_name,
        "called_number": called_number,
        "direction": direction,
        "queue": queue,
    }


@pytest.mark.parametrize(
    "pattern",
    [
        "John Wang",
        "john wang",
        "JOHN*",
        "*wang",
        "J?hn W?ng",
        "+14155550123",
        "+1 (415) 555-0123",
        "*4155550123",
        "* 415.555.0123",
        "+1415555????",
        "14155550123",
        "1 415 555 0123",
        "0014155550123",
        "00 1 (415) 555*",
        "1415555????",
        "+1*",
        "+*",
        "*",
        "  John Wang ",
    ],
)
def test_a_caller_is_known_by_name_or_number(pattern):
    assert CallFilter(callers=["Ann Lee", pattern]).mismatch(call()) is None


@pytest.mark.parametrize(
    "pattern",
    [
        "John",
        "Wang",
        "J?n Wang",
        "4155550123",
        "+1415555???",
        "+1415555?????",
        "J[o]hn Wang",
        "Joh. Wang",
        "+14155550124",
    ],
)
def test_another_caller_is_not(pattern):
    reason, data = CallFilter(callers=[pattern]).mismatch(call())
    assert reason == "caller_differs"
    assert data == {"caller_name": "John Wang", "caller_number": "+14155550123", "expected": [pattern]}


def test_a_number_is_compared_without_what_separates_digits():
    assert CallFilter(callers=["*5550123"]).mismatch(call(None, "+1 (415) 555\u20110123")) is None


@pytest.mark.parametrize("number", ["+14155550123", "14155550123", "0014155550123", "+1 (415) 555-0123"])
@pytest.mark.parametrize("pattern", ["+14155550123", "14155550123", "001-415-555-0123", "*4155550123", "+1415555*"])
def test_a_number_is_compared_by_its_digits_whoever_wrote_it(pattern, number):
    assert CallFilter(callers=[pattern]).mismatch(call(None, number)) is None


@pytest.mark.parametrize(
    ("pattern", "number", "fits"),
    [
        ("101", "101", True),
        ("10?", "101", True),
        ("1*", "101", True),
        ("007", "007", True),
        ("007", "7", False),
        # A country code is no first digit of an extension.
        ("+1*", "101", False),
        ("001*", "101", False),
        ("+1*", "+101", True),
        ("101", "+14155550101", False),
        ("*wang", "101", False),
        ("conference", "conference", True),
    ],
)
def test_a_short_number_is_an_extension(pattern, number, fits):
    assert (CallFilter(callers=[pattern]).mismatch(call(None, number)) is None) is fits


def test_signs_of_patterns_in_names_are_only_signs():
    chosen = CallFilter(callers=["Smith (Sales) [2]"])
    assert chosen.mismatch(call("Smith (Sales) [2]")) is None
    assert chosen.mismatch(call("Smith Sales 2")) is not None


@pytest.mark.parametrize("callers", [[], [""], ["  "]])
def test_without_callers_everybody_is_meant(callers):
    assert CallFilter(callers=callers).mismatch(call(None, None)) is None


def test_somebody_unknown_is_no_chosen_caller():
    assert CallFilter(callers=["*"]).mismatch(call(None, None))[0] == "caller_differs"


@pytest.mark.parametrize(
    ("options", "queue", "reason"),
    [
        ({"queue": "any"}, True, None),
        ({"queue": "any"}, False, None),
        ({"queue": "only"}, True, None),
        ({"queue": "only"}, False, "queue_differs"),
        ({"queue": "never"}, True, "queue_differs"),
        ({"queue": "never"}, False, None),
        ({}, True, None),
    ],
)
def test_queue_calls_can_be_demanded_or_excluded(options, queue, reason):
    mismatch = CallFilter.from_options(options).mismatch(call(queue=queue))
    assert (mismatch and mismatch[0]) == reason


@pytest.mark.parametrize(
    ("expected", "direction", "reason"),
    [
        ("any", "outbound", None),
        ("any", None, None),
        ("inbound", "inbound", None),
        ("inbound", "outbound", "direction_differs"),
        ("outbound", None, "direction_differs"),
    ],
)
def test_a_direction_can_be_demanded(expected, direction, reason):
    mismatch = CallFilter.from_options({"direction": expected}).mismatch(call(direction=direction))
    assert (mismatch and mismatch[0]) == reason


@pytest.mark.parametrize("pattern", ["Sales", "sa*", "+16505550100", "1 650 555-0100", "*0100"])
def test_what_was_called_is_known_by_name_or_number(pattern):
    assert CallFilter(called=["Support", pattern]).mismatch(call()) is None


@pytest.mark.parametrize("called", [("Support", "+16505550101"), (None, None)])
def test_another_number_that_was_called_is_not_meant(called):
    reason, data = CallFilter(called=["Sales"]).mismatch(call(called=called))
    assert reason == "called_differs"
    assert data == {"called_name": called[0], "called_number": called[1], "expected": ["Sales"]}
