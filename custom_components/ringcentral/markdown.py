"""Names of others in texts that Home Assistant shows as Markdown: repair issues and dialogs."""

import re

# What makes Markdown of a text, or a link of an address (GFM); letters, digits and the rest mean only themselves.
_SPECIAL = re.compile(r"([\\`*_\[\]<>&~|#:@.])")


def escape(text: str) -> str:
    """Return a text that Markdown shows as it is."""
    return _SPECIAL.sub(r"\\\1", text)
