"""The account: its truth, and what it reports of changes."""

import pytest

from simulator.account import demo_account, large_account
from simulator.clock import Clock
from simulator.errors import ApiError
from simulator.extension import Extension
from simulator.forms import EVENT_FORMS
from simulator.notice import Notice


def kinds(notices):
    return [notice.kind for notice in notices]


@pytest.fixture
def front_desk(account):
    return account.find("101").id


def test_demo_is_a_small_office_whose_front_desk_watches_the_others(account, front_desk):
    users = [one for one in account.extensions.values() if one.type == "User"]

    assert [one.number for one in users] == ["101", "102", "103", "104", "105", "106", "107", "108"]
    assert {one.type for one in account.extensions.values()} == {"User", "Department", "Room", "ParkLocation"}
    assert [one.number for one in users if not one.settings["allowSeeMyPresence"]] == ["108"]
    lines = {account.extensions[line].number for line in account.monitored_lines(front_desk)}
    assert {"102", "200", "801"} < lines
    assert len(account.favorites(front_desk)) == 3


def test_large_account_has_as_many_users_as_asked_and_repeats_with_its_seed():
    one, same, other = (large_account(Clock(), users=1000, seed=seed) for seed in (3, 3, 4))

    names = [[extension.name for extension in account.extensions.values()] for account in (one, same, other)]
    assert (
        sum(extension.type == "User" and extension.status == "Enabled" for extension in one.extensions.values()) == 1000
    )
    assert names[0] == names[1] != names[2]
    numbers = [extension.number for extension in one.extensions.values() if extension.number]
    assert len(numbers) == len(set(numbers))


def test_office_may_have_extensions_that_are_no_phones():
    usual, odd = demo_account(Clock()), demo_account(Clock(), has_odd_extensions=True)

    added = {one.type for one in odd.extensions.values()} - {one.type for one in usual.extensions.values()}
    assert {"Site", "Bot", "ProxyAdmin", "TieLine", "RoomConnector", "VoiceAppIntegration", "Unknown"} < added
    assert not any(one.is_user for one in odd.extensions.values() if one.type in added)
    assert odd.users() == [one for one in odd.extensions.values() if one.type == "User"]


def test_unknown_number_is_an_error(account):
    with pytest.raises(KeyError):
        account.find("999")


# Changes


def test_change_of_status_is_reported_with_all_fields_but_no_list_of_calls(account, notices, front_desk):
    account.update_presence(front_desk, {"userStatus": "Busy"})

    (notice,) = notices
    assert (notice.kind, notice.extension_id) == ("presence", front_desk)
    assert notice.changed == {"userStatus", "presenceStatus"}
    assert notice.body["presenceStatus"] == "Busy"
    assert notice.body["telephonyStatus"] == "NoCall"
    assert not {"activeCalls", "totalActiveCalls", "message", "callerIdVisibility"} & notice.body.keys()


def test_what_does_not_change_is_not_reported(account, notices, front_desk):
    account.update_presence(front_desk, {"userStatus": "Available"})
    account.update_presence(front_desk, {"message": "no event has this"})

    assert notices == []
    assert account.truth(front_desk).fields["message"] == "no event has this"


def test_do_not_disturb_has_an_event_of_its_own(account, notices, front_desk):
    account.update_presence(front_desk, {"dndStatus": "DoNotAcceptAnyCalls"})

    assert kinds(notices) == ["dnd", "presence"]
    assert notices[0].body == {"extensionId": str(front_desk), "dndStatus": "DoNotAcceptAnyCalls"}


def test_queue_is_reported_when_a_member_stops_taking_its_calls(account, notices):
    member, queue = account.find("103").id, account.find("200").id

    account.update_presence(member, {"dndStatus": "DoNotAcceptDepartmentCalls"})

    assert (notices[-1].kind, notices[-1].extension_id) == ("queue", queue)
    assert notices[-1].body == {"records": [{"member": {"id": str(member)}, "acceptCurrentQueueCalls": False}]}


def test_refused_change_is_reported_to_nobody(account, notices, front_desk):
    with pytest.raises(ApiError):
        account.update_presence(front_desk, {"userStatus": "Busy", "dndStatus": "Sometimes"})

    assert notices == []
    assert account.truth(front_desk).fields["userStatus"] == "Available"


def test_meeting_makes_busy(account, front_desk):
    account.set_meeting(front_desk, True)

    fields = account.truth(front_desk).fields
    assert (fields["meetingStatus"], fields["presenceStatus"]) == ("Connected", "Busy")


def test_who_stops_listening_is_notified_no_more(account, front_desk):
    reported: list[Notice] = []
    unlisten = account.listen(reported.append)
    unlisten()

    account.update_presence(front_desk, {"userStatus": "Busy"})

    assert reported == []


# Lists


def test_lists_of_a_user_and_of_the_account_are_reported(account, notices, front_desk):
    account.set_monitored_lines(front_desk, [account.find("102").id])
    account.set_favorites(front_desk, [])
    account.add_extension(Extension(id=5, number="109", name="Hanna Berg"))
    account.rename_extension(5, "Hanna Berger")
    account.remove_extension(5)

    assert kinds(notices) == [
        "lines",
        "favorites",
        "extension_list",
        "extension_list",
        "extension_info",
        "extension_list",
    ]
    assert [notice.body["extensions"][0]["eventType"] for notice in notices if notice.kind == "extension_list"] == [
        "Create",
        "Update",
        "Delete",
    ]


def test_removed_extension_leaves_everyones_lists(account, front_desk):
    removed = account.find("102").id

    account.remove_extension(removed)

    assert removed not in account.monitored_lines(front_desk)
    assert removed not in account.favorites(front_desk)


# Sequence


def test_sequence_grows_with_gaps_over_all_extensions(account, notices):
    for number in range(50):
        account.update_presence(
            account.find(("101", "102")[number % 2]).id, {"userStatus": ("Busy", "Available")[number // 2 % 2]}
        )

    sequences = [notice.body["sequence"] for notice in notices]
    assert sequences == sorted(set(sequences))
    assert sequences[-1] - sequences[0] > len(sequences)


def test_sequence_can_begin_again(account, notices, front_desk):
    account.update_presence(front_desk, {"userStatus": "Busy"})
    account.restart_sequence()
    account.update_presence(front_desk, {"userStatus": "Available"})

    assert notices[1].body["sequence"] < 40 < notices[0].body["sequence"]


def test_accounts_of_one_seed_report_the_same():
    def reported(seed):
        account = demo_account(Clock(1_750_000_000), seed)
        notices: list[Notice] = []
        account.listen(notices.append)
        account.update_presence(account.find("101").id, {"userStatus": "Busy"})
        return [notice.body for notice in notices]

    assert reported(1) == reported(1) != reported(2)


# Forms


def test_form_decides_what_is_reported_and_not_what_is_true(account, phones, notices, front_desk):
    bodies = {}
    for name in EVENT_FORMS:
        account.settings.speak([] if name == "current" else [name])
        call = phones.call_in("101", from_name="John Wang")
        bodies[name] = notices[-1].body
        assert account.truth(front_desk).telephony_status == "Ringing"
        call.hang_up()

    assert bodies["2015"].keys() == {"extensionId", "telephonyStatus", "activeCalls", "sequence"}
    assert bodies["2015"]["activeCalls"][-1].keys() == {"id", "direction", "from", "to", "telephonyStatus", "sessionId"}
    assert not bodies["2015"]["activeCalls"][-1]["from"].startswith("+")
    assert "meetingStatus" not in bodies["2018"]
    assert "queueCall" not in bodies["2022"]["activeCalls"][-1]
    assert bodies["specified"]["extensionId"] == str(front_desk)
    assert isinstance(bodies["current"]["extensionId"], int)


def test_partial_form_has_only_what_changed(account, notices, front_desk):
    account.settings.speak(["partial_bodies"])

    account.update_presence(front_desk, {"userStatus": "Busy"})

    assert notices[0].body.keys() == {"extensionId", "sequence", "userStatus", "presenceStatus"}


def test_list_without_calls_can_be_sent_as_empty(account, notices, front_desk):
    account.settings.speak(["empty_list"])

    account.update_presence(front_desk, {"userStatus": "Busy"})

    assert (notices[0].body["activeCalls"], notices[0].body["totalActiveCalls"]) == ([], 0)


def test_form_of_2015_has_nothing_of_status(account, notices, front_desk):
    account.settings.speak(["2015"])

    account.update_presence(front_desk, {"userStatus": "Busy"})

    assert notices[0].body.keys() == {"extensionId", "telephonyStatus", "sequence"}


def test_specified_form_has_the_words_of_2026(account, notices, front_desk):
    account.settings.speak(["specified"])

    account.update_presence(front_desk, {"userStatus": "Busy"})

    assert notices[0].body["aggregatedTelephonyStatus"] == "NoCall"
