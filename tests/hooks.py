"""What the tests of the transports ask the simulated cloud."""


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
