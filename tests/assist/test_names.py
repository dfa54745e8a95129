"""Finding whom somebody means."""

import pytest

from custom_components.ringcentral.assist.names import find_name

OFFICE = {
    "101": ("Front Desk", "101"),
    "102": ("Alice Moreau", "102"),
    "103": ("Ben Okafor", "103"),
    "104": ("Ben Älgström", "104"),
    "109": ("Chef", "Alice Jensen", "109"),
    "110": ("王伟", "110"),
}


@pytest.mark.parametrize(
    ("expected", "found"),
    [
        ("Alice Moreau", ["102"]),
        ("alice moreau", ["102"]),
        ("front desk", ["101"]),
        ("103", ["103"]),
        ("okafor", ["103"]),
        ("Ben", ["103", "104"]),
        ("ben algstrom", ["104"]),
        ("Chef", ["109"]),
        ("Alice", ["102", "109"]),
        ("Alise Moro", ["102"]),
        ("Okafer", ["103"]),
        ("frontdesk", ["101"]),
        ("王伟", ["110"]),
        ("Zebra", []),
        ("Anna Moreau", []),
        ("", []),
        ("!?", []),
        ("10", []),
    ],
)
def test_a_name_finds_who_is_meant(expected, found):
    assert find_name(expected, OFFICE) == found


def test_nobody_is_found_among_nobody():
    assert find_name("Alice", {}) == []
