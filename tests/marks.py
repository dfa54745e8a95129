"""Which tests are left out where the cloud speaks other dialects than by default, for ``scripts/dialects``.

A test says of itself what it cannot do without: ``needs`` names what some dialects lose (``docs/simulator.md``),
``not_in_dialect`` the dialects that what it sets up contradicts, and why. ``tests/test_spoken.py`` lists the latter.
"""

import os

import pytest

from simulator.dialects import CONNECTION_DIALECTS, DIALECTS

_TABLE = {**DIALECTS, **CONNECTION_DIALECTS}
# One loses the names of calls that were passed on, which none of these tests is about; the other calls until it shows
# that it does, which ``tests/office.py`` sees to.
_LOSES_HARDLY_ANYTHING = {"names_lost_in_transfers", "account_filter_without_detail"}
# What a test needs that breaks the socket.
_WEBSOCKET = "websocket"


needs_former_call_handling = pytest.mark.not_in_dialect(
    *(name for name, row in DIALECTS.items() if "new_call_handling" in row.changes),
    reason="the account has the newer call handling, which knows nothing of this",
)


def spoken() -> list[str]:
    """Return the dialects that the cloud speaks in this run."""
    return os.environ.get("DIALECT", "").split()


def are_webhooks(names: list[str]) -> bool:
    """Whether events come by webhook in these dialects."""
    return any(name.startswith("webhook") for name in names)


def why_not(item: pytest.Item, names: list[str]) -> str | None:
    """Return why a test cannot be in a cloud that speaks these dialects."""
    lost = {_WEBSOCKET} if are_webhooks(names) else set()
    lost = lost.union(*(_TABLE[name].loses for name in names if name not in _LOSES_HARDLY_ANYTHING))
    for mark in item.iter_markers("needs"):
        if missing := lost.intersection(mark.args):
            return f"needs {', '.join(sorted(missing))}"
    for mark in item.iter_markers("not_in_dialect"):
        if set(names).intersection(mark.args):
            return str(mark.kwargs["reason"])
    return None


def choose(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what meets no cloud, and skip what cannot be in this one."""
    names = spoken()
    if not names:
        return
    without_cloud = [item for item in items if "simulator" not in getattr(item, "fixturenames", ())]
    config.hook.pytest_deselected(items=without_cloud)
    items[:] = [item for item in items if item not in without_cloud]
    for item in items:
        if reason := why_not(item, names):
            item.add_marker(pytest.mark.skip(reason=reason))
