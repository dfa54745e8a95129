"""The past that the demo begins with."""

from simulator.account import demo_account
from simulator.clock import Clock
from simulator.past import write_past


class _Stopped(Clock):
    def __init__(self, now):
        super().__init__()
        self.now = now

    def time(self):
        return self.now


def past_at(now):
    account = demo_account(_Stopped(now))
    write_past(account, account.find("101"))
    return account


def test_there_are_calls_of_a_week_and_voicemails_with_what_was_said():
    account = past_at(1_793_000_000.0)
    records, messages = account.call_log.records(), account.messages.of(account.find("101").id)

    assert 100 < len(records) < 250
    assert {record.result for record in records} >= {"Accepted", "Missed", "Voicemail", "Blocked", "Call connected"}
    assert {record.message_id for record in records} - {None} == {message.id for message in messages}
    assert {message.read_status for message in messages} == {"Read", "Unread"}
    assert all(message.transcription == "Completed" for message in messages)


def test_a_demo_that_is_started_again_has_no_other_past():
    def known(account):
        return {
            (record.leg.telephony_session_id, record.result, record.message_id) for record in account.call_log.records()
        }

    before, later = known(past_at(1_793_000_000.0)), known(past_at(1_793_007_200.0))

    assert len(before & later) > 0.9 * len(before)
