"""What the tests of the transports ask the simulated cloud."""

from tests.office import find_issue


def subscriptions(simulator, transport=None):
    """Return the account's subscriptions, those of one transport if it is given."""
    return [one for one in simulator.subscriptions.by_id.values() if transport in {None, one.transport}]


def webhook(simulator):
    """Return the one webhook subscription that there must be."""
    (subscription,) = subscriptions(simulator, "WebHook")
    return subscription


def permissions(simulator):
    """Return the application's permissions, to be changed."""
    return simulator.login(simulator.credentials).application.permissions


def issue(hass, entry, kind="webhook"):
    """Return an entry's repair issue of a kind, or None."""
    return find_issue(hass, entry, kind)


async def pass_time(office, clock, seconds, step=10.0):
    """Let simulated time pass in steps, with what happens in it."""
    while seconds > 0:
        clock.advance(min(step, seconds))
        seconds -= step
        await office.settle()
