"""Events and reads of before that come after something has begun again: a start, a link, a subscription."""

from copy import deepcopy
from dataclasses import replace

from tests.faults.fault import Fault, apply

# How many seconds REST shows what was, which is less than the rules allow for.
_LAG = 3.0


async def _reload(scene) -> None:
    assert await scene.hass.config_entries.async_reload(scene.entry.entry_id)


async def _restart_with_deliveries_on_their_way(scene) -> None:
    """What happens just before a restart is delivered after it."""
    apply({"kind": "delay", "min": 20.0, "max": 20.0})(scene)
    scene.phones.call_in("104", from_name="Harbor Dental").hang_up()
    scene.phones.set_dnd("104", True)
    await scene.settle()
    scene.simulator.faults.clear()
    await _reload(scene)


async def _read_what_was(scene) -> None:
    """For some seconds REST, but not events, shows the office as it was before the link broke."""
    account, clock = scene.account, scene.clock
    now, former, until = account.presence, {}, clock.monotonic() + _LAG

    def remember(extension_id, **how):
        former[extension_id, str(how)] = deepcopy(now(extension_id, **how))
        return former[extension_id, str(how)]

    def lag(extension_id, **how):
        fresh = now(extension_id, **how)
        is_rest = "of_account" in how
        return former.get((extension_id, str(how)), fresh) if is_rest and clock.monotonic() < until else fresh

    account.presence = remember
    await scene.coordinator.reader.read_all()
    account.presence = lag
    scene.ringing.answer()
    await scene.settle()
    scene.restart_gateway()


FAULTS = [
    Fault(
        name="sockets refused for 60 s: polled meanwhile, then what was missed is sent",
        strike=apply({"kind": "refuse_socket"}, {"kind": "abrupt"}),
        lasts=60,
        heals_within=90,
        requests=25,
    ),
    Fault(
        name="another subscription while REST lags 3 s behind",
        strike=_read_what_was,
        requests=15,
    ),
    Fault(
        name="restarted with events on their way",
        strike=_restart_with_deliveries_on_their_way,
        reloads=True,
        disconnects=False,
        requests=25,
    ),
    replace(
        Fault(
            name="webhook: restarted, deliveries of before arrive afterwards",
            strike=_restart_with_deliveries_on_their_way,
            reloads=True,
            disconnects=False,
            requests=25,
        ),
        transport="webhook",
    ),
]
