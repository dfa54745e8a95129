"""Who is watched: listeners learn of it, and what is no longer watched leaves nothing behind."""

import pytest

from simulator.extension import Extension


def newcomer(account):
    account.add_extension(Extension(id=550100199016, number="109", name="Henry Adams"))
    return str(account.find("109").id)


async def test_a_new_extension_is_announced_once_and_read_soon(office):
    watchlist, announced = office.coordinator.watchlist, []
    watchlist.async_listen_new(lambda extensions: announced.extend(one.id for one in extensions))
    extension_id = newcomer(office.account)
    office.account.update_presence(550100199016, {"dndStatus": "DoNotAcceptAnyCalls"})
    await office.comes_true(lambda: announced == [extension_id], within=30)
    await office.comes_true(lambda: office.coordinator.state(extension_id).dnd_status is not None, within=10)
    watchlist.handle_roster(watchlist.roster)
    assert announced == [extension_id]


async def test_one_that_comes_back_is_announced_again(office):
    watchlist, announced, changes = office.coordinator.watchlist, [], []
    watchlist.async_listen_new(lambda extensions: announced.extend(one.id for one in extensions))
    watchlist.async_listen(lambda: changes.append(len(watchlist.extensions)))
    gone = office.account.find("103")
    office.account.remove_extension(gone.id)
    await office.comes_true(lambda: str(gone.id) not in watchlist.extensions, within=30)
    office.account.add_extension(gone)
    await office.comes_true(lambda: announced == [str(gone.id)], within=30)
    assert changes == [changes[1] - 1, changes[1]]


async def test_who_is_no_longer_watched_stops_ringing_and_is_asked_about_no_more(office, phones):
    reported = []
    office.coordinator.stream.async_listen(reported.append)
    phones.call_in("103")
    await office.shows("103", "ringing", "on")
    gone = office.account.find("103")
    office.account.remove_extension(gone.id)
    await office.comes_true(lambda: str(gone.id) not in office.coordinator.extensions, within=30)
    assert [str(one.kind) for one in reported] == ["ringing", "ended"]
    assert str(gone.id) not in office.coordinator.office
    assert office.coordinator.state(str(gone.id)) is None


class TestLines:
    """Queues and park locations, of which REST shows no calls."""

    @pytest.fixture
    def options(self):
        return {"watch": ["own", "lines"]}

    async def test_what_only_events_show_ends_when_events_may_have_been_lost(self, office, phones):
        park = office.account.find("801")
        call = phones.call_in("101")
        call.answer()
        call.park(park)
        await office.shows("801", "call_state", "parked")
        office.coordinator.watchlist.handle_loss()
        state = office.coordinator.state(str(park.id))
        assert (state.calls, state.are_calls_known) == ((), False)
