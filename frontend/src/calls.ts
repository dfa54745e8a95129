/** The calls of an extension, from the attribute `calls` of its call state. */
import type { EntityState } from "./hass";

export interface Call {
  id: string;
  /** `ringing`, `connected`, `dialing`, `on_hold`, `parked`, or `unknown`. */
  state: string;
  isOutbound: boolean;
  /** Of the other party; empty where RingCentral did not tell. */
  name: string;
  number: string;
  isQueueCall: boolean;
  queueName: string;
  /** Unix milliseconds. */
  startedAt: number | undefined;
}

/** The call that matters most comes first. */
const IMPORTANCE = ["ringing", "connected", "dialing", "on_hold", "parked", "unknown"];
/** Anything with so many digits is a number. */
const FEWEST_DIGITS = 5;
const DIGITS_KEPT = 2;

const text = (value: unknown): string => (typeof value === "string" ? value.trim() : "");

/** Return the calls that are not over. */
export function readCalls(callState: EntityState | undefined): Call[] {
  const listed = callState?.attributes["calls"];
  if (!Array.isArray(listed)) return [];
  const calls = listed.filter((call) => call && IMPORTANCE.includes(call.state)).map(readCall);
  return calls.sort((one, other) => IMPORTANCE.indexOf(one.state) - IMPORTANCE.indexOf(other.state));
}

function readCall(call: Record<string, unknown>): Call {
  const isOutbound = call["direction"] === "outbound";
  const startedAt = Date.parse(text(call["start"]));
  return {
    id: text(call["call_id"]),
    state: text(call["state"]),
    isOutbound,
    name: text(call[isOutbound ? "to_name" : "from_name"]),
    number: text(call[isOutbound ? "to" : "from"]),
    isQueueCall: call["queue"] === true,
    queueName: text(call["queue_name"]),
    startedAt: Number.isNaN(startedAt) ? undefined : startedAt,
  };
}

/** Return a number with its last two digits only. */
export function maskNumber(number: string): string {
  const digits = number.replace(/\D/g, "");
  return number && `…${digits.length > DIGITS_KEPT ? digits.slice(-DIGITS_KEPT) : ""}`;
}

/** Return a call's other party as it may be shown to everybody who passes the screen. */
export function maskParty<P extends { name: string; number: string }>(party: P): P {
  const isNumber = (party.name.match(/\d/g)?.length ?? 0) >= FEWEST_DIGITS;
  return { ...party, number: maskNumber(party.number), name: isNumber ? maskNumber(party.name) : party.name };
}
