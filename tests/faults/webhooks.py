"""The webhook: deliveries that come late, twice or not at all, and a subscription that ends."""

from dataclasses import replace

from tests.faults.fault import Fault, apply
from tests.hooks import webhook


def _blacklist(scene) -> None:
    scene.simulator.webhooks.blacklist(webhook(scene.simulator), "I/O operation is failed. Details: [Read timed out]")


def _delete(scene) -> None:
    scene.simulator.subscriptions.remove(webhook(scene.simulator))


async def _move(scene) -> None:
    address = scene.hass.config.external_url
    await scene.hass.config.async_update(external_url=address.replace("127.0.0.1", "localhost"))


FAULTS = [
    replace(fault, transport="webhook", name=f"webhook: {fault.name}")
    for fault in (
        Fault(
            name="each delivery twice",
            strike=apply({"kind": "duplicate", "delay": 2.0}),
            lasts=60,
            disconnects=False,
        ),
        Fault(
            name="deliveries up to 2 s out of order",
            strike=apply({"kind": "reorder", "window": 2.0}),
            lasts=60,
            disconnects=False,
        ),
        Fault(
            name="deliveries 60 s late",
            strike=apply({"kind": "delay", "min": 60.0, "max": 60.0}),
            lasts=120,
            heals_within=90,
            requests=20,
        ),
        Fault(
            name="deliveries lost for 2 min",
            strike=apply({"kind": "drop"}),
            lasts=120,
            is_busy=True,
            heals_within=90,
            requests=20,
        ),
        Fault(
            name="deliveries of wrong types for 2 min",
            strike=apply({"kind": "malformed", "form": "wrong_types"}),
            lasts=120,
            disconnects=False,
            heals_within=70,
        ),
        Fault(
            name="blacklisted",
            strike=_blacklist,
            is_busy=True,
            disconnects=False,
            issue="webhook",
            heals_within=90,
            requests=20,
        ),
        Fault(
            name="subscription deleted behind our back",
            strike=_delete,
            is_busy=True,
            disconnects=False,
            heals_within=90,
            requests=20,
        ),
        Fault(
            name="the address of Home Assistant changes",
            strike=_move,
            disconnects=False,
        ),
        Fault(
            name="all requests answered 503 for 4 min",
            strike=apply({"kind": "status", "status": 503}),
            lasts=240,
            blinds=True,
            cuts_off=True,
            heals_within=450,
            requests=60,
        ),
        Fault(
            name="session revoked, the credential still good",
            strike=apply({"kind": "revoke"}),
            disconnects=False,
        ),
    )
]
