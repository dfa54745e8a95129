"""What happens at RingCentral or to the clocks, and is no fault of anybody."""

from custom_components.ringcentral.const import WATCH_CHOSEN, WATCH_OWN
from tests.faults.fault import Fault

_USERS = [str(550100101016 + place * 1000) for place in range(7)]


def _remove(scene) -> None:
    """The extension whose phone rings is deleted."""
    scene.account.remove_extension(scene.account.find("102").id)


def _rename(scene) -> None:
    scene.account.rename_extension(scene.account.find("102").id, "Alice Dubois")


def _turn_wall_clock(seconds):
    def turn(scene):
        scene.own_clock.offset += seconds

    return turn


def _refuse(pattern):
    def refuse(scene):
        number = "103"
        expected = pattern.format(id=scene.account.find(number).id)
        scene.simulator.subscriptions.refused_filters.append(expected)
        scene.restart_gateway()

    return refuse


async def _accept_and_reload(scene) -> None:
    scene.simulator.subscriptions.refused_filters.clear()
    assert await scene.hass.config_entries.async_reload(scene.entry.entry_id)


def _accept(scene) -> None:
    scene.simulator.subscriptions.refused_filters.clear()
    scene.restart_gateway()


FAULTS = [
    Fault(
        name="an extension is deleted while its phone rings",
        strike=_remove,
        disconnects=False,
        requests=15,
    ),
    Fault(name="an extension is renamed while its phone rings", strike=_rename, disconnects=False, requests=15),
    Fault(
        name="the counter of events starts again",
        strike=lambda scene: scene.account.restart_sequence(3),
        disconnects=False,
    ),
    Fault(
        name="the filter for the whole account is refused",
        strike=_refuse(r"/account/\d+/presence\?"),
        mend=_accept_and_reload,
        lasts=60,
        # One colleague does not allow others to see her presence: only the account's events are about her.
        issue="hidden_extensions",
        reloads=True,
        heals_within=60,
        requests=30,
    ),
    Fault(
        name="the filter for one extension is refused",
        strike=_refuse(r"/extension/{id}/presence\?"),
        mend=_accept,
        options={"watch": [WATCH_OWN, WATCH_CHOSEN], "extensions": _USERS},
        lasts=60,
        issue="hidden_extensions",
        heals_within=60,
        requests=30,
    ),
    Fault(
        name="our wall clock jumps 10 min ahead",
        strike=_turn_wall_clock(600),
        disconnects=False,
    ),
    Fault(
        name="our wall clock jumps 10 min back",
        strike=_turn_wall_clock(-600),
        disconnects=False,
    ),
    Fault(
        name="summer time begins",
        strike=lambda _: None,
        lasts=120,
        disconnects=False,
        start="2026-03-29T00:57:30+00:00",
        time_zone="Europe/Berlin",
    ),
    Fault(
        name="summer time ends",
        strike=lambda _: None,
        lasts=120,
        disconnects=False,
        start="2026-10-25T00:57:30+00:00",
        time_zone="Europe/Berlin",
    ),
]
