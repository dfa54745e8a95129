"""One webhook subscription kept alive, against the simulated cloud and a real server for its deliveries."""

import pytest

from tests.hooks import subscriptions, webhook
from tests.waiting import until

PUT = ("PUT", "/restapi/v1.0/subscription/{subscriptionId}")


@pytest.fixture
def set_status(account, own_id):
    return lambda status: account.update_presence(own_id, {"userStatus": status})


async def test_events_are_posted_and_handed_over(running, set_status):
    await running.come_up()
    set_status("Busy")
    await until(lambda: running.listener.statuses == ["Busy"])


async def test_another_address_means_another_subscription(running, hook, simulator, set_status):
    await running.come_up()
    made = webhook(simulator)
    hook.move(hook.url("elsewhere"))
    await running.is_up(2)
    await until(lambda: made not in subscriptions(simulator))
    assert webhook(simulator).delivery_mode["address"] == hook.url("elsewhere")
    assert simulator.requests[PUT] == 0
    set_status("Busy")
    await until(lambda: running.listener.statuses == ["Busy"])


async def test_where_there_are_too_many_the_former_makes_room(running, hook, simulator):
    simulator.subscriptions.limit = 1
    await running.come_up()
    hook.move(hook.url("elsewhere"))
    await running.is_up(2)
    assert webhook(simulator).delivery_mode["address"] == hook.url("elsewhere")


async def test_an_address_that_is_refused_gives_way_to_the_next(running, hook, simulator):
    good, bad = hook.url("hook"), "http://127.0.0.1:9/ours/hook"
    hook.addresses = [bad, good]
    await running.come_up()
    assert hook.refused == {bad: "SUB-525"}
    assert webhook(simulator).delivery_mode["address"] == good


async def test_stopping_deletes_it(running, simulator):
    await running.come_up()
    await running.subscription.stop()
    assert subscriptions(simulator) == []
    assert running.task.done()


async def test_the_end_of_the_host_leaves_it_to_the_next_start(running, hook, simulator):
    await running.come_up()
    hook.is_closing = True
    await running.subscription.stop()
    assert len(subscriptions(simulator)) == 1


async def test_renewing_makes_another_subscription(running, simulator, set_status):
    await running.come_up()
    made = webhook(simulator)
    running.subscription.renew()
    await running.is_up(2)
    await until(lambda: made not in subscriptions(simulator))
    webhook(simulator)
    set_status("Busy")
    await until(lambda: running.listener.statuses == ["Busy"])


async def test_filters_are_changed_without_another_handshake(running, simulator, account):
    await running.come_up()
    made = webhook(simulator)
    await running.subscription.set_filters((f"/restapi/v1.0/account/~/extension/{account.find('102').id}/presence",))
    await running.is_up(2)
    assert webhook(simulator) is made
    assert running.subscription.counters.handshakes == 1
