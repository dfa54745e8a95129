"""What is subscribed to, what RingCentral refuses of it, and whose events do not come for that."""

import pytest

from custom_components.ringcentral.api.account import DisabledFilter, Subscription
from custom_components.ringcentral.sync.coverage import Coverage
from custom_components.ringcentral.sync.roster import Roster, WatchedExtension

OWN, OTHER, PARK = "101", "102", "900"
ROSTER = Roster(
    extensions={
        OWN: WatchedExtension(id=OWN, number="101", name="Front Desk", type="User"),
        OTHER: WatchedExtension(id=OTHER, number="102", name="Alice", type="User"),
        PARK: WatchedExtension(id=PARK, number="900", name="Park", type="ParkLocation", has_presence=False),
    }
)
ACCOUNT = "/restapi/v1.0/account/~/presence"


def presence(extension_id):
    return f"/restapi/v1.0/account/~/extension/{extension_id}/presence"


class Asking:
    """A coverage with how often other filters had to be asked for."""

    def __init__(self, **options):
        self.changes = 0
        self.coverage = Coverage(options, self.change, lambda: ())

    def change(self):
        self.changes += 1

    def refuse(self, *paths):
        """Take a subscription without these filters."""
        refused = tuple(DisabledFilter(filter=f"{path}?detailedTelephonyState=true") for path in paths)
        self.coverage.handle_subscription(ROSTER, Subscription(id="s", disabled_filters=refused or None))

    def paths(self):
        return [one.partition("?")[0] for one in self.coverage.filters(ROSTER)]


@pytest.fixture
def chosen():
    return Asking(watch=["chosen"], extensions=[OWN, OTHER, PARK])


@pytest.fixture
def account():
    return Asking(watch=["account"])


def test_a_subscription_that_lacks_nothing_leaves_nobody_out(chosen):
    chosen.refuse()
    assert chosen.coverage.uncovered == frozenset()
    assert chosen.changes == 0


def test_the_events_of_an_extension_whose_filter_is_refused_do_not_come(chosen):
    chosen.refuse(presence(OTHER))
    assert chosen.coverage.uncovered == {OTHER}
    assert chosen.changes == 0, "there is no other filter to ask for"


def test_who_was_refused_once_may_come_with_the_next_subscription(chosen):
    chosen.refuse(presence(OTHER))
    chosen.refuse()
    assert chosen.coverage.uncovered == frozenset()


def test_the_whole_account_is_one_filter_and_park_locations_their_own(account):
    assert account.paths()[:2] == [ACCOUNT, presence(PARK)]
    assert presence(OWN) not in account.paths()


def test_where_the_filter_of_the_account_is_refused_each_extension_gets_its_own(account):
    account.refuse(ACCOUNT)
    assert account.changes == 1
    assert account.coverage.is_account_filter_refused
    assert ACCOUNT not in account.paths()
    assert {presence(OWN), presence(OTHER), presence(PARK)} <= set(account.paths())
    account.refuse()
    assert account.coverage.uncovered == frozenset()
    assert account.changes == 1, "asked for once"


def test_the_filter_of_the_account_stays_if_another_one_is_refused(account):
    account.refuse(presence(PARK))
    assert not account.coverage.is_account_filter_refused
    assert account.coverage.uncovered == {PARK}
    assert account.changes == 0
