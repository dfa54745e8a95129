"""Event filters: built as RingCentral documents them, and known again in the form in which it lists them."""

import pytest

from custom_components.ringcentral.api import filters
from custom_components.ringcentral.api.filters import normalise
from tests.samples import payload

DETAILS = "?detailedTelephonyState=true&sipData=true"
BUILT = [
    (filters.presence_filter(), f"/account/~/extension/~/presence{DETAILS}"),
    (filters.presence_filter("7"), f"/account/~/extension/7/presence{DETAILS}"),
    (filters.account_presence_filter(), f"/account/~/presence{DETAILS}"),
    (filters.line_presence_filter(), f"/account/~/extension/~/presence/line/presence{DETAILS}"),
    (filters.line_presence_filter("7"), f"/account/~/extension/7/presence/line/presence{DETAILS}"),
    (filters.favorite_presence_filter(), f"/account/~/extension/~/favorite/presence{DETAILS}"),
    (filters.line_list_filter(), "/account/~/extension/~/presence/line"),
    (filters.favorite_list_filter("7"), "/account/~/extension/7/favorite"),
    (filters.extension_list_filter(), "/account/~/extension"),
]


@pytest.mark.parametrize(("built", "documented"), BUILT)
def test_filter_is_the_documented_one(built, documented):
    assert built == f"/restapi/v1.0{documented}"


async def test_ringcentral_takes_every_filter(visitor):
    socket = await visitor.connect()
    wanted = [built.removeprefix("/restapi/v1.0").replace("extension/7", "extension/~") for built, _ in BUILT]

    subscription = await socket.subscribe(*wanted)

    assert len(subscription["eventFilters"]) == len(set(wanted))
    assert "disabledFilters" not in subscription


async def test_filter_is_known_again_in_the_answer(visitor, account, own_id):
    ids = {"account_id": str(account.id), "extension_id": str(own_id)}
    wanted = [filters.presence_filter(), filters.account_presence_filter(), filters.line_list_filter()]

    subscription = await (await visitor.connect()).subscribe(*(one.removeprefix("/restapi/v1.0") for one in wanted))

    listed = subscription["eventFilters"]
    assert listed != wanted
    assert [normalise(one, **ids) for one in listed] == [normalise(one, **ids) for one in wanted]


@pytest.mark.parametrize(
    ("one", "other", "are_equal"),
    [
        ("/r/account/~/extension/~/presence", "/r/account/1/extension/2/presence", True),
        ("/r/account/~/extension", "/r/account/1/extension/", True),
        ("/r/account/~/presence?a=1&b=2", "/r/account/1/presence?b=2&a=1", True),
        ("/r/account/~/extension/~/presence", "/r/account/1/extension/3/presence", False),
        ("/r/account/~/extension/~/presence", "/r/account/3/extension/2/presence", False),
        ("/r/account/~/extension/~", "/r/account/~/extension", False),
        ("/r/account/~/presence?a=1", "/r/account/~/presence?a=2", False),
        ("/r/account/~/presence?a=1", "/r/account/~/presence", False),
        ("/r/account/~x/presence", "/r/account/1x/presence", False),
    ],
)
def test_filters_are_compared_by_what_they_mean(one, other, are_equal):
    ids = {"account_id": "1", "extension_id": "2"}

    assert (normalise(one, **ids) == normalise(other, **ids)) is are_equal


def test_listed_filter_of_a_capture_is_known_again():
    (listed, *_) = payload("ws-subscription-response.captured-2025")[1]["eventFilters"]
    ids = {"account_id": "809646016", "extension_id": "62264425016"}

    assert normalise(listed, **ids) == normalise("/restapi/v1.0/account/~/extension/~/presence", **ids)
