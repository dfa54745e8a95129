"""Names of others within Markdown."""

import re

import pytest

from custom_components.ringcentral.markdown import escape


@pytest.mark.parametrize(
    "name",
    [
        "[Reset your password](https://example.com)",
        "<img src=x>",
        "**bold** _slanted_ ~~gone~~ `code`",
        "https://example.com www.example.com a@example.com",
        "&lt; | # \\",
    ],
)
def test_nothing_in_a_name_is_markup(name):
    escaped = escape(name)
    assert re.sub(r"\\(.)", r"\1", escaped) == name, "it reads the same"
    bare = re.sub(r"\\.", "", escaped)
    assert not re.search(r"[\\`*_\[\]<>&~|#:@.]", bare)


def test_ordinary_names_stay_as_they_are():
    assert escape("Zoë O'Neill-Smith (101)") == "Zoë O'Neill-Smith (101)"
