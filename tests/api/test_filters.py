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


ACCOUNT = "/restapi/v1.0/account/809646016"


@pytest.mark.parametrize(
    "listed",
    [
        (f"{ACCOUNT}/extension/7/presence{DETAILS}", f"{ACCOUNT}/extension/62/presence/line"),
        (f"{ACCOUNT}/extension/62/presence/line", f"{ACCOUNT}/extension/7/presence?detailedTelephonyState=true"),
        (filters.line_list_filter(), filters.presence_filter("7")),
    ],
    ids=["ids for ~", "another order, fewer details", "as asked for"],
)
def test_subscription_is_recognised_by_its_filters(listed):
    assert filters.may_be_listed_as((filters.presence_filter("7"), filters.line_list_filter()), listed)


@pytest.mark.parametrize(
    "listed",
    [
        (),
        (f"{ACCOUNT}/extension/7/presence",),
        (f"{ACCOUNT}/extension/8/presence", f"{ACCOUNT}/extension/62/presence/line"),
        (f"{ACCOUNT}/presence", f"{ACCOUNT}/extension/62/presence/line"),
        (f"{ACCOUNT}/extension/7/presence", f"{ACCOUNT}/extension/62/presence/line", f"{ACCOUNT}/extension"),
        (f"{ACCOUNT}/extension/7/presence", *(f"{ACCOUNT}/extension/{number}/presence/line" for number in (62, 63))),
    ],
    ids=["none", "one is missing", "another extension", "another kind", "one more", "that of two extensions"],
)
def test_subscription_with_other_filters_is_another(listed):
    assert not filters.may_be_listed_as((filters.presence_filter("7"), filters.line_list_filter()), listed)


async def test_ringcentral_takes_every_filter(visitor):
    socket = await visitor.connect()
    expected = [built.removeprefix("/restapi/v1.0").replace("extension/7", "extension/~") for built, _ in BUILT]

    subscription = await socket.subscribe(*expected)

    assert len(subscription["eventFilters"]) == len(set(expected))
    assert "disabledFilters" not in subscription


def test_filters_of_the_mailbox_are_the_own_ones():
    assert filters.voicemail_filters() == (
        "/restapi/v1.0/account/~/extension/~/message-store?type=VoiceMail",
        "/restapi/v1.0/account/~/extension/~/voicemail",
    )
