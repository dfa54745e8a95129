"""Which calls are meant: by direction, by call queue and by caller."""

import pytest

from custom_components.ringcentral.calls.filter import CallFilter


def call(name="John Wang", number="+14155550123", *, direction="inbound", queue=False):
    return {"caller_name": name, "caller_number": number, "direction": direction, "queue": queue}


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
        "*",
        "  John Wang ",
    ],
)
def test_a_caller_is_known_by_name_or_number(pattern):
    assert CallFilter(callers=["Ann Lee", pattern]).objection(call()) is None


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
    reason, data = CallFilter(callers=[pattern]).objection(call())
    assert reason == "caller_differs"
    assert data == {"caller_name": "John Wang", "caller_number": "+14155550123", "wanted": [pattern]}


def test_a_number_is_compared_without_what_separates_digits():
    assert CallFilter(callers=["*5550123"]).objection(call(None, "+1 (415) 555\u20110123")) is None


def test_signs_of_patterns_in_names_are_only_signs():
    chosen = CallFilter(callers=["Smith (Sales) [2]"])
    assert chosen.objection(call("Smith (Sales) [2]")) is None
    assert chosen.objection(call("Smith Sales 2")) is not None


@pytest.mark.parametrize("callers", [[], [""], ["  "]])
def test_without_callers_everybody_is_meant(callers):
    assert CallFilter(callers=callers).objection(call(None, None)) is None


def test_somebody_unknown_is_no_wanted_caller():
    assert CallFilter(callers=["*"]).objection(call(None, None))[0] == "caller_differs"


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
def test_queue_calls_can_be_wanted_or_not(options, queue, reason):
    objection = CallFilter.from_options(options).objection(call(queue=queue))
    assert (objection and objection[0]) == reason


@pytest.mark.parametrize(
    ("wanted", "direction", "reason"),
    [
        ("any", "outbound", None),
        ("any", None, None),
        ("inbound", "inbound", None),
        ("inbound", "outbound", "direction_differs"),
        ("outbound", None, "direction_differs"),
    ],
)
def test_a_direction_can_be_wanted(wanted, direction, reason):
    objection = CallFilter.from_options({"direction": wanted}).objection(call(direction=direction))
    assert (objection and objection[0]) == reason
