"""Numbers as people write them."""

import pytest

from custom_components.ringcentral.calls.numbers import load, write_number


@pytest.mark.parametrize(
    ("number", "written"),
    [
        ("+14155550123", "+1 415 555 0123"),
        ("+493012345678", "+49 30 12345678"),
        ("+33123456789", "+33 1 23 45 67 89"),
        ("101", "101"),
        ("4155550123", "4155550123"),
        ("14155550123", "+1 415 555 0123"),
        ("493023125678", "+49 30 23125678"),
        ("11987654321", "11987654321"),
        ("07911123456", "07911123456"),
        ("+101", "+101"),
        ("+1415", "+1415"),
        ("+999123456789", "+999123456789"),
        ("+John", "+John"),
        ("…23", "…23"),
        ("", ""),
        (None, None),
    ],
)
def test_only_what_can_be_a_number_with_a_country_code_is_written_in_groups(number, written):
    load()
    assert write_number(number) == written
