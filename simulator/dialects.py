"""Dialects: what RingCentral's cloud may say otherwise than by default, each by its name.

A row names the settings that it changes (``settings.CloudSettings``) and why anybody thinks so: a source, or "assumed".
The truth of the office is the same in every dialect, only the wire differs. ``loses`` names what the wire then does not
say at all, so that nobody can show it; ``docs/simulator.md`` explains the words.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
import random
from typing import Any


@dataclass(frozen=True, slots=True)
class Dialect:
    """A row of the table."""

    changes: Mapping[str, Any]
    source: str
    loses: frozenset[str] = frozenset()


def _row(source: str, *, loses: str = "", **changes: Any) -> Dialect:
    return Dialect(changes, source, frozenset(loses.split()))


DIALECTS: dict[str, Dialect] = {
    # Forms of other years
    "specified": _row("OpenAPI specification", event_form="specified", extension_ids="text"),
    "2022": _row("capture of 2022", event_form="2022", loses="queues"),
    "2018": _row("capture of 2018", event_form="2018", loses="queues"),
    "2016": _row("capture of 2016", event_form="2016", ringing_leg="own", loses="names queues parties"),
    "2015": _row(
        "captures of 2015",
        event_form="2015",
        ringing_leg="own",
        plus=False,
        ring_out="one_leg",
        loses="names queues parties ring_out",
    ),
    "rest_2019": _row("captured fixtures of ringcentral-call-control-js", rest_form="2019", loses="queues"),
    "rest_with_total": _row("captured fixture of ringcentral-js-widgets", rest_form="with_total"),
    # Values
    "extension_id_as_text": _row("guide, specification", extension_ids="text"),
    "ids_as_numbers": _row("ringcentral-js-widgets pull 850, ringcentral-js issue 30", ids="number"),
    "times_with_offset": _row("captures of 2015 and 2019", times="offset"),
    "times_in_milliseconds": _row("fixtures of RingCentral's clients", times="milliseconds"),
    "account_as_tilde": _row("captures of 2015", event_paths="account_tilde"),
    "own_extension_as_tilde": _row("assumed", event_paths="tildes"),
    "sequence_as_text": _row("assumed", sequence="text"),
    "without_sequence": _row("account event captured in 2023", sequence="absent"),
    "two_counters": _row("assumed: two servers that count", sequence="two_counters"),
    "total_as_text": _row("assumed", total="text"),
    "without_total": _row("capture of 2016", total="absent"),
    "numbers_without_plus": _row("captures of 2015", plus=False),
    "withheld_as_empty": _row("CTI tutorial of 2015: numbers may be empty", withheld_number="empty"),
    "withheld_as_anonymous": _row("assumed, after SIP (RFC 3323)", withheld_number="anonymous"),
    "parties_as_objects": _row("fixtures of RingCentral's clients", parties="object"),
    "without_names": _row("captures of 2015 and 2016", names=False, loses="names"),
    "names_lost_in_transfers": _row(
        "assumed, after other telephone systems", names_after_transfer=False, loses="names"
    ),
    "queue_in_caller_name": _row("telephony session captured in 2023, by analogy", queue_in_caller_name=True),
    # Legs and lists
    "ringing_leg_as_answered": _row("captures of 2015 and 2016", ringing_leg="own"),
    "without_final": _row("captures of 2015", final_termination=False),
    "ended_calls_gone": _row("specification: active calls", lists_ended_calls=False),
    "empty_list": _row("assumed", empty_list_in_events=True),
    "no_list_in_rest": _row("account presence captured in 2019", empty_list_in_rest=False),
    "partial_bodies": _row("specification: returned if changed", partial_bodies=True),
    "changed_leg_only": _row("assumed: captures with one leg fit both", list_holds="changed_leg"),
    "doubled_leg": _row("ringcentral-js-widgets, removeIntermediateCall", doubled_leg="same"),
    "intermediate_leg": _row("ringcentral-js-widgets, removeIntermediateCall", doubled_leg="intermediate"),
    "rings_again_as_other_party": _row("assumed", rings_again="other_party"),
    "rings_again_after_final": _row("assumed", rings_again="after_final"),
    "conference_with_own_session": _row("assumed", conference_session="own"),
    "attended_transfer_moves_leg": _row("call control guide: AttendedTransfer", attended_transfer="moves_leg"),
    "ring_out_one_leg": _row("capture of 2015", ring_out="one_leg", loses="ring_out"),
    "park_leg_without_status": _row("ringcentral-call-park-monitor", park_leg_status=False),
    "park_locations_say_nothing": _row("guide: SUB-402", park_location_events=False, loses="parked"),
    "monitored_calls_not_listed": _row("assumed", monitored_calls_listed=False, loses="monitored"),
    # Status against list
    "status_below_list": _row("fixture of ringcentral-call-control-js, there by REST", event_status="no_call"),
    "status_above_empty_list": _row(
        "fixture of ringcentral-js-widgets", event_status="above_empty_list", loses="calls"
    ),
    "account_read_says_no_call": _row("account presence captured in 2019", account_read_says_no_call=True),
    "account_filter_without_detail": _row("assumed", account_filter_has_detail=False, loses="calls"),
    "message_in_events": _row("ringcentral-ts, 2017", message_in_events=True),
    # The newer call handling
    "new_call_handling": _row("specification: dndStatus is not applicable", new_call_handling=True),
    "new_call_handling_both": _row("guide to states, 2025", new_call_handling=True, former_dnd_status="both"),
    "new_call_handling_personal": _row("specification", new_call_handling=True, former_dnd_status="absent"),
    "new_call_handling_takes_both": _row("guide to states, 2025", new_call_handling=True, dnd_put="both"),
    "put_answers_unknown_dnd": _row("ringcentral-js-widgets skips it", put_answers_unknown_dnd=True),
    # REST
    "no_line_list": _row("absent from the specification", has_line_list=False, loses="lines"),
    "extended_scope_code": _row("ringcentral-permissions-experiments, 2025", missing_user_permission="CMN-419"),
    "others_need_extended_scope": _row("assumed", others_need_extended_scope=True, loses="reads"),
}

# What the connection may do otherwise. People may see a change late in these, and be shown why, so they are not drawn
# with the others. Where it takes the end of a token or of a socket to show, that comes soon.
_NO_REFRESH: dict[str, Any] = {"issue_refresh_tokens": False}
_SOON_RENEWED: dict[str, Any] = {"absolute_timeout": 1800.0}
_REFUSED: dict[str, Any] = {"refused_filters": (r"/account/\d+/presence\?",), "fail_on_refused_filter": True}

CONNECTION_DIALECTS: dict[str, Dialect] = {
    "account_filter_refused": _row("guide: what others than administrators get is not on record", **_REFUSED),
    "account_filter_not_found": _row("API description of 2019", filter_refusal="CMN-120", **_REFUSED),
    "account_filter_left_out": _row(
        "specification, without a sample of disabledFilters",
        refused_filters=(r"/account/\d+/presence\?",),
        hide_refused_filters=True,
    ),
    "five_filters_at_most": _row("assumed; SDK guides of 2016 had 2,000", filter_limit=5),
    "without_refresh_tokens": _row("default of RingCentral's apps", **_NO_REFRESH),
    "silent_after_token": _row("SDK maintainer's demo of 2026", socket_after_token="silent", **_NO_REFRESH),
    "rejects_after_token": _row("assumed", socket_after_token="rejects", **_NO_REFRESH),
    "log_in_refused_at_limit": _row(
        "guide names a limit only", at_session_limit="refuse", session_limit=1, **_NO_REFRESH
    ),
    "subscription_unreadable": _row("RingCentral's clients never read it", socket_reads_subscriptions=False),
    "heartbeats_unanswered": _row("no client checks the answer", answers_heartbeats=False),
    "pass_refused_by_close": _row("live report of 2026", ws_token_refusal="close", **_SOON_RENEWED),
    "newest_socket_wins": _row("guide: only one subscription per server", newest_socket_wins=True, **_SOON_RENEWED),
    "bulk_reads_mixed": _row("RingCentral's HUD", bulk_reads="mixed"),
    "bulk_reads_refused": _row("specification: InvalidMultipartRequest", bulk_reads="refused"),
    "bulk_reads_counted_by_id": _row("assumed", bulk_counts_ids=True),
    "webhook": _row("guide"),
    "webhook_with_other_header": _row("present guide", verification_header="Validation-Token"),
    "webhook_without_token": _row("no captured delivery has the header", sends_verification_token=False),
    "webhook_ends_with_session": _row("SUB-507", webhook_ends_with_session=True, **_NO_REFRESH),
    "webhook_moves": _row("against the specification", webhook_moves=True),
}


def combined(names: Iterable[str]) -> dict[str, Any]:
    """Return what these dialects change; raise ValueError for unknown ones and those that don't go together."""
    changes: dict[str, Any] = {}
    for name in names:
        if name not in DIALECTS:
            raise ValueError(f"There is no dialect {name!r}; there are {', '.join(DIALECTS)}.")
        for setting, value in DIALECTS[name].changes.items():
            if changes.setdefault(setting, value) != value:
                raise ValueError(f"The dialect {name!r} contradicts another: both decide about {setting}.")
    return changes


def settings_of(*names: str) -> dict[str, Any]:
    """Return what dialects of the wire or of the connection change; raise ValueError as :func:`combined` does."""
    changes = combined(name for name in names if name not in CONNECTION_DIALECTS)
    for name in CONNECTION_DIALECTS.keys() & names:
        changes |= CONNECTION_DIALECTS[name].changes
    return changes


def losses(names: Iterable[str]) -> frozenset[str]:
    """Return what nobody can learn from a cloud that speaks these dialects."""
    return frozenset().union(*(DIALECTS[name].loses for name in names))


def draw(seed: int, *, may_lose: Collection[str] = ()) -> tuple[str, ...]:
    """Return a random combination of dialects that go together and lose nothing else than that."""
    chance = random.Random(f"dialects {seed}")
    possible = [name for name, row in DIALECTS.items() if row.loses <= frozenset(may_lose)]
    number = chance.randrange(1, 9)
    drawn: list[str] = []
    for name in chance.sample(possible, len(possible)):
        if len(drawn) < number and _go_together([*drawn, name]):
            drawn.append(name)
    return tuple(drawn)


def _go_together(names: Iterable[str]) -> bool:
    try:
        combined(names)
    except ValueError:
        return False
    return True
