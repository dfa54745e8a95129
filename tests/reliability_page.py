"""Writes docs/reliability.md from what the tests have found; scripts/soak calls it with their results."""

import json
import math
from pathlib import Path
import sys

_HEAD = """# Reliability

What goes wrong, what of it the user sees, and how it ends. `scripts/soak --report` writes this page from the results of
the tests themselves, which run against a real Home Assistant and a simulated RingCentral over real sockets.

## Faults

Each row breaks a working office in the middle of calls: one phone rings, two people talk; while the fault lasts the
ringing call is answered, the talk ends, somebody switches Do Not Disturb on, and another phone rings. A row holds only
if afterwards every entity shows the truth, no event was invented, reported twice or left without its end, and the next
call rings at once. Each row is also run with the entry unloaded in the middle: no task, timer, socket or issue is left,
and no subscription, unless nothing gets through.

Times are simulated seconds. *Wrong meanwhile*: the longest time for which anything false was shown beside a
*Connection* that was shown as sound; no row has more than 90 s. *True after*: from the end of the fault until
everything is right again, the connection included. *Requests*: HTTP requests from its beginning until then.

No word of the cloud is needed for that. When no event has come for 50 s, presence is read; a change that no event has
brought shows a deaf link, and so do frames and deliveries that can't be read. *Connection* is off then, the link is
replaced, and presence is read every minute until an event comes. Of more than 1,000 extensions, a thousand are read
each time in turn. After a 429 the reads become rarer, down to one in 15 minutes, and where reading fails altogether a
deaf link can't be found. Where some events come and others don't, it takes the check of everything every 15 minutes.

| What goes wrong | Lasts | Connection off | Entities unavailable | Wrong meanwhile | The user is notified \
| True after | Requests |
|---|--:|--:|--:|--:|---|--:|--:|
"""
_DIALECTS = """\
## Dialects

What RingCentral's sources leave open, the simulator does in each way that anybody has reason to think of: its
[dialects](simulator.md#dialects). Each row is an office at work for one hour, or three where tokens and sockets have to
end. *Seen after*: from a change until every entity shows it; it was never more than 90 s, and *Connection* was never on
for longer while nothing came. The last two columns are what the product says about itself meanwhile. Of those
who can't be read at all (`others_need_extended_scope`), nobody can say what was so at first; they have no row.

| Dialect | Seen after, median | Worst | Connection off | The user is notified |
|---|--:|--:|--:|---|"""
_STARTS = """\
Home Assistant starts while nothing can be had from RingCentral. The entry is tried again until it comes up. A cloud
that answers slowly is no silent one: it may take a minute in all. Call log and mailbox are read once the entry runs, so
that they hold up no start. Removing an entry never takes more than 10 s.

| What is wrong | Home Assistant waits |
|---|--:|"""
_POWER_CUT = """\
## What a power cut costs

- Missed calls of the last 30 s, since they are saved at the latest that long after the first of them.
- Which voicemails are known, of the last 5 s: one that was reported in them is reported once more, as learned late.
- Nothing of what was saved: files are replaced whole, so a cut in the middle of writing leaves the former one. Presence
  for a time is saved before it is set.
- With a login in the browser, perhaps the login: a renewed token is in memory before its first use, and on disk within
  the second in which Home Assistant saves its entries. RingCentral takes each refresh token once, so that after a cut
  in that second the user may be asked to log in again. With a JWT credential it costs nothing.

A file that is damaged, or was written by a later version, is left as it is, and a repair issue names it; phones work
without it. What is no JSON at all, Home Assistant itself sets aside, with an issue of its own."""
_SHOWN = {
    "missing_permission": "repair issue: permission",
    "hidden_extensions": "repair issue: extensions",
    "webhook": "repair issue: webhook",
    "list_refused": "repair issue: lists",
    "missing_events": "repair issue: events",
}


def _seconds(figure: float) -> str:
    return f"{math.ceil(figure - 0.01)} s" if figure > 0.01 else "-"


def _row(result) -> str:
    announced = [_SHOWN[issue] for issue in result["issues"]] + (["prompt to log in"] if result["prompted"] else [])
    cells = (
        result["fault"],
        _seconds(result["lasted"]),
        _seconds(result["off_for"]),
        _seconds(result["blind_for"]),
        _seconds(result["misled_for"]),
        ", ".join(announced) or "-",
        "at once" if result["healed_after"] <= 0.01 else _seconds(result["healed_after"]),
        str(result["requests"]),
    )
    return f"| {' | '.join(cells)} |"


def _dialect_row(result) -> str:
    delays = ["at once" if result[name] <= 0.01 else _seconds(result[name]) for name in ("median", "worst")]
    announced = ", ".join(_SHOWN[issue] for issue in result["issues"]) or "-"
    return f"| {' | '.join([result['dialect'], *delays, _seconds(result['off_for']), announced])} |"


def dialects(results: Path) -> list[str]:
    """Return the lines on the dialects."""
    found = [json.loads(path.read_text()) for path in sorted(results.glob("dialect-*.json"))]
    return [*_DIALECTS.splitlines(), *map(_dialect_row, found), ""]


def _percent(sizes, warm: int) -> str:
    return f"{max(sizes[warm:]) / max(sizes[:warm]) * 100 - 100:+.1f} %"


def write(results: Path, page: Path) -> None:
    """Write the page from a folder of results."""
    faults = [json.loads(path.read_text()) for path in sorted(results.glob("fault-*.json"))]
    fuzz = [json.loads(path.read_text()) for path in sorted(results.glob("fuzz-*.json"))]
    starts = [json.loads(path.read_text()) for path in sorted(results.glob("start-*.json"))]
    soak = json.loads((results / "soak.json").read_text())
    inputs = max(one["inputs"] for one in fuzz)
    lines = [
        *(_row(fault) for fault in faults),
        "",
        f"{len(faults)} faults; no event of a call was invented, reported twice or left without an end.",
        "",
        *dialects(results),
        "## Starts",
        "",
        *_STARTS.splitlines(),
        *(f"| {start['start']} | {_seconds(start['waited'])} |" for start in starts),
        "",
        *_POWER_CUT.splitlines(),
        "",
        "## Spoiled input",
        "",
        f"{len(fuzz)} targets (frames, events and the rules behind them, snapshots, REST bodies, tokens, refusals,",
        "answers to the client, webhook requests, the socket and the webhook of a loaded entry) each take up to",
        f"{inputs:,} mutations of real payloads in every run (seed {fuzz[0]['seed']}). Nothing but the documented",
        "exception came out, nothing that was refused changed anything, and memory stayed within its bounds.",
        "`FUZZ_INPUTS=100000 FUZZ_SEED=7 scripts/test tests/fuzz` tries more.",
        "",
        "## Soak",
        "",
        "| | |",
        "|---|--:|",
        f"| Extensions | {soak['extensions']} |",
        f"| Hours of office life | {soak['hours']:g} |",
        f"| Faults by chance | {soak['faults']} |",
        f"| Notifications sent | {soak['notifications']:,} |",
        f"| Events of calls reported | {soak['transitions']:,} |",
        f"| HTTP requests | {soak['requests']:,} |",
        f"| Quiet moments, each equal to the truth | {soak['quiet_moments']} |",
        "| Events invented, reported twice or left without their end | 0 |",
        f"| Memory of the integration, end against warm-up | {_percent(soak['held'], soak['warm_up'])} |",
        f"| Memory of the process, end against warm-up | {_percent(soak['process'], soak['warm_up'])} |",
        "",
        f"Again: `scripts/soak --hours {soak['hours']:g} --extensions {soak['extensions']} --seed {soak['seed']}`.",
    ]
    page.write_text(_HEAD + "\n".join(lines) + "\n")


if __name__ == "__main__":
    write(Path(sys.argv[1]), Path(sys.argv[2]))
