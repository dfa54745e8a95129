"""Stories beside those from the field: other members of the kinds of faults that they stand for."""

from typing import Any

from . import Story

PARTY, SESSION = "p-a0700016-2", "s-a0700016"


def leg(status: str, **more: Any) -> dict[str, Any]:
    """Return a leg of an inbound call from Ann Lee to 101; ``None`` leaves a field out."""
    fields = {
        "id": "leg-700016",
        "direction": "Inbound",
        "telephonyStatus": status,
        "sessionId": "700016",
        "telephonySessionId": SESSION,
        "partyId": PARTY,
        "from": "+14155550123",
        "fromName": "Ann Lee",
        "to": "101",
        **({"terminationType": "final"} if status == "NoCall" else {}),
        **{("from" if name == "from_" else name): value for name, value in more.items()},
    }
    return {name: value for name, value in fields.items() if value is not None}


def event(*legs: Any, to: str = "101", status: str | None = None, step: dict[str, Any] | None = None, **more: Any):
    """Return a step that sends a list of legs; the status is that of the first leg if none is given."""
    reported = status or (legs[0].get("telephonyStatus") if legs else "NoCall")
    body = {"telephonyStatus": reported, "activeCalls": list(legs), "totalActiveCalls": len(legs), **more}
    return {"event": {name: value for name, value in body.items() if value is not None}, "to": to, **(step or {})}


def shows(number: str = "101", why: str = "", **states: Any) -> dict[str, Any]:
    return {"check": {number: {name.replace("__", "."): value for name, value in states.items()}}, "why": why}


def wait(seconds: float) -> dict[str, Any]:
    return {"wait": seconds}


STORIES: dict[str, Story] = {
    "rings_again_in_the_same_session_as_another_party": {
        "steps": [
            event(leg("Ringing")),
            wait(4),
            event(leg("NoCall")),
            wait(4),
            event(leg("Ringing", partyId="p-a0700016-3")),
            shows(ringing="on", calls=1),
            wait(2),
            event(leg("CallConnected", partyId="p-a0700016-3")),
            wait(2),
            event(leg("NoCall", partyId="p-a0700016-3")),
            wait(3),
        ],
        "expect": {"101": [("ringing", {}), ("missed", {}), ("ringing", {}), ("answered", {}), ("ended", {})]},
    },
    "a_moment_without_a_call_is_no_end": {
        "steps": [
            event(leg("Ringing")),
            wait(3),
            event(leg("NoCall", terminationType=None)),
            wait(1),
            event(leg("Ringing")),
            wait(3),
            event(leg("NoCall")),
            shows(ringing="off"),
            wait(3),
        ],
        "expect": {"101": [("ringing", {}), ("missed", {})]},
    },
    "rings_again_after_six_seconds_and_is_answered": {
        "steps": [
            event(leg("Ringing", id="one")),
            wait(19.6),
            event(leg("NoCall", id="one", terminationType=None)),
            wait(6.2),
            event(leg("Ringing", id="two")),
            shows(ringing="on", calls=1),
            wait(5.8),
            event(leg("CallConnected", id="two")),
            wait(5),
            event(leg("NoCall", id="two")),
            wait(12),
        ],
        "expect": {
            "101": [
                ("ringing", {}),
                ("ended", {"answered": False}),
                ("ringing", {}),
                ("answered", {}),
                ("ended", {"answered": True}),
            ]
        },
    },
    "a_queue_call_that_is_passed_on_can_be_missed": {
        "steps": [
            event(leg("Ringing", queueCall=True, toName="Sales")),
            event(leg("Ringing", queueCall=True, toName="Sales", partyId="p-a0700016-3"), to="102"),
            wait(3),
            event(leg("CallConnected", queueCall=True, toName="Sales", partyId="p-a0700016-3"), to="102"),
            event(leg("NoCall", queueCall=True, toName="Sales")),
            wait(30),
            event(leg("Ringing", partyId="p-a0700016-4")),
            wait(8),
            event(leg("NoCall", partyId="p-a0700016-4")),
            wait(4),
        ],
        "expect": {"101": [("ringing", {}), ("answered_elsewhere", {}), ("ringing", {}), ("missed", {})]},
    },
    "another_conference_answers_nothing_here": {
        "steps": [
            event(leg("Ringing", sessionId="0", telephonySessionId="s-one")),
            event(leg("CallConnected", sessionId="0", telephonySessionId="s-two", partyId="p-two"), to="102"),
            wait(4),
            event(leg("NoCall", sessionId="0", telephonySessionId="s-one")),
            wait(4),
        ],
        "expect": {"101": [("ringing", {}), ("missed", {})]},
    },
    "an_attended_transfer_moves_a_leg_to_another_session": {
        "steps": [
            event(leg("CallConnected", id="call-id")),
            wait(5),
            event(
                leg(
                    "CallConnected",
                    id="call-id",
                    sessionId="800016",
                    telephonySessionId="s-a0800016",
                    partyId="p-a0800016-3",
                    from_="+14155550177",
                    fromName=None,
                )
            ),
            shows(calls=1, caller="+1 415 555 0177", why="the new party, without the former one's name"),
            wait(2),
            event(
                leg("NoCall", id="call-id", sessionId="800016", telephonySessionId="s-a0800016", partyId="p-a0800016-3")
            ),
            wait(2),
        ],
        "expect": {"101": [("answered", {}), ("ended", {})]},
    },
    "a_name_that_comes_after_its_number_is_taken_and_stays_to_the_end": {
        "steps": [
            event(leg("Ringing", fromName=None)),
            shows(caller="+1 415 555 0123"),
            event(leg("Ringing", from_="14155550123")),
            shows(caller="Ann Lee"),
            event(leg("CallConnected", fromName="", from_="")),
            shows(caller="Ann Lee"),
            event(leg("NoCall", fromName="", from_="")),
            wait(2),
        ],
        "expect": {
            "101": [("ringing", {}), ("answered", {"caller_name": "Ann Lee"}), ("ended", {"caller_name": "Ann Lee"})]
        },
    },
    "what_can_be_read_of_an_odd_payload_is_used": {
        "steps": [
            event(
                None,
                leg(
                    "Ringing",
                    sessionId=700016,
                    startTime=1_790_000_000_000,
                    from_={"phoneNumber": "+14155550123", "name": "Ann Lee"},
                    fromName=None,
                    sipData="none",
                ),
                status="Ringing",
                totalActiveCalls="1",
                presenceStatus=True,
                step={"is_truth": False},
            ),
            shows(ringing="on", caller="Ann Lee", caller__number="+14155550123"),
        ],
        "expect": {"101": [("ringing", {})]},
    },
    "a_status_that_says_more_than_an_empty_list_stands_in": {
        "steps": [
            event(status="Ringing", step={"is_truth": False}),
            shows(ringing="on", calls=1, why="the phone rings, whoever it is"),
            {"rest": {"telephonyStatus": "Ringing", "activeCalls": [leg("Ringing")]}, "to": "101"},
            wait(8),
            shows(ringing="on", calls=1, caller="Ann Lee"),
            event(leg("NoCall")),
            wait(4),
        ],
        "expect": {"101": [("ringing", {}), ("missed", {"caller_name": "Ann Lee"})]},
    },
    "no_call_above_a_call_that_goes_on_ends_nothing_if_rest_disagrees": {
        "steps": [
            event(leg("CallConnected")),
            wait(8),
            event(leg("CallConnected"), status="NoCall", step={"is_truth": False}),
            wait(20),
            shows(on_call="on", calls=1),
        ],
        "expect": {"101": [("answered", {})]},
    },
    "a_leg_that_is_not_listed_any_more_is_read_before_it_is_missed": {
        "steps": [
            event(leg("Ringing"), totalActiveCalls=None),
            wait(3),
            event(
                leg(
                    "Ringing",
                    id="other",
                    sessionId="800016",
                    telephonySessionId="s-a0800016",
                    from_="+14155550177",
                    fromName=None,
                ),
                totalActiveCalls=None,
                step={"is_truth": False},
            ),
            {
                "rest": {
                    "telephonyStatus": "Ringing",
                    "activeCalls": [
                        leg("Ringing"),
                        leg(
                            "Ringing",
                            id="other",
                            sessionId="800016",
                            telephonySessionId="s-a0800016",
                            from_="+14155550177",
                        ),
                    ],
                },
                "to": "101",
            },
            wait(15),
            shows(ringing="on", calls=2),
        ],
        "expect": {"101": [("ringing", {}), ("ringing", {})]},
    },
    "a_call_of_a_monitored_line_rings_and_is_never_missed_here": {
        "steps": [
            event(leg("Ringing", to="102"), ringOnMonitoredCall=True),
            shows(ringing="on", caller="Ann Lee"),
            wait(5),
            event(leg("NoCall", to="102"), ringOnMonitoredCall=True),
            wait(4),
        ],
        "expect": {"101": [("ringing", {}), ("ended", {"answered": False})]},
    },
    "a_call_of_another_number_is_missed_where_no_lines_ring": {
        "steps": [event(leg("Ringing", to="102")), wait(5), event(leg("NoCall", to="102")), wait(4)],
        "expect": {"101": [("ringing", {}), ("missed", {})]},
    },
    "a_doubled_leg_is_one_call": {
        "steps": [
            event(leg("Ringing"), leg("Ringing")),
            shows(calls=1),
            wait(2),
            event(leg("CallConnected"), leg("NoCall", terminationType="intermediate")),
            shows(calls=1, on_call="on"),
            wait(2),
            event(leg("NoCall"), leg("NoCall")),
            wait(2),
        ],
        "expect": {"101": [("ringing", {}), ("answered", {}), ("ended", {})]},
    },
    "a_call_to_oneself_is_two_calls_with_ids_of_their_own": {
        "steps": [
            event(
                leg("Ringing", direction="Outbound", partyId="p-a0700016-1", from_="101", fromName=None),
                leg("Ringing", from_="101", fromName=None),
                status="Ringing",
            ),
            shows(ringing="on", calls=2),
            wait(2),
            event(
                leg("NoCall", direction="Outbound", partyId="p-a0700016-1", from_="101", fromName=None),
                leg("NoCall", from_="101", fromName=None),
            ),
            wait(3),
        ],
        "expect": {"101": [("dialing", {}), ("ringing", {}), ("ended", {}), ("missed", {})]},
    },
    "what_was_sent_long_ago_is_read_and_starts_nothing": {
        "steps": [
            wait(90),
            event(leg("Ringing"), step={"age": 80, "is_truth": False}),
            wait(2),
            shows(ringing="off", calls=0),
            event(leg("NoCall"), step={"age": 70, "is_truth": False}),
            wait(5),
        ],
        "expect": {"101": []},
    },
    "a_leg_without_a_status_has_that_of_the_event": {
        "steps": [
            event(leg("Ringing", telephonyStatus=None), status="Ringing"),
            shows(ringing="on", caller="Ann Lee", calls=1),
            event(leg("SomethingNew"), status="CallConnected"),
            shows(on_call="on", calls=1),
            event(leg("AnotherWord"), status=None, totalActiveCalls=1),
            shows(on_call="on", calls=1, why="a word that nobody knows ends nothing"),
        ],
        "expect": {"101": [("ringing", {}), ("answered", {})]},
    },
    "a_missed_call_is_taken_back_when_its_session_is_answered_here": {
        "steps": [
            event(leg("Ringing")),
            wait(6),
            event(leg("NoCall")),
            wait(4),
            shows(missed_calls="1"),
            event(leg("Ringing", partyId="p-a0700016-5")),
            wait(2),
            event(leg("CallConnected", partyId="p-a0700016-5")),
            shows(missed_calls="0", last_missed_call="unknown"),
        ],
        "expect": {"101": [("ringing", {}), ("missed", {}), ("ringing", {}), ("answered", {})]},
    },
    "do_not_disturb_is_on_if_either_field_says_so": {
        "steps": [
            event(dndStatus="TakeAllCalls", dndStatusPersonal="DoNotAcceptAnyCalls"),
            shows(dnd="do_not_accept_any_calls"),
            event(dndStatus="Unknown", dndStatusPersonal="TakeAllCalls"),
            shows(dnd="take_all_calls"),
            event(dndStatus="DoNotAcceptAnyCalls", dndStatusPersonal="TakeAllCalls"),
            shows(dnd="do_not_accept_any_calls"),
        ],
        "expect": {"101": []},
    },
}
