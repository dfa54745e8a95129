"""Event filters: built as RingCentral documents them."""

import pytest

from custom_components.ringcentral.api import filters

DETAILS = "?detailedTelephonyState=true&sipData=true"
BUILT = [
    (filters.presence_filter(), f"/account/~/extension/~/presence{DETAILS}"),
    (filters.presence_filter("7"), f"/account/~/extension/7/presence{DETAILS}"),
    (filters.account_presence_filter(), f"/account/~/presence{DETAILS}"),
    (filters.line_presence_filter(), f"/account/~/extension/~/presence/line/presence{DETAILS}"),
    (filters.favorite_presence_filter(), f"/account/~/extension/~/favorite/presence{DETAILS}"),
    (filters.line_list_filter(), "/account/~/extension/~/presence/line"),
    (filters.favorite_list_filter(), "/account/~/extension/~/favorite"),
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
