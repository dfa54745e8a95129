/** The calls of an extension, from the attribute `calls` of its call state. */
import type { EntityState } from "./hass";

/** The other party of a call. */
export interface Party {
  /** Empty where RingCentral has sent none. */
  name: string;
  /** The number as it is shown. */
  number: string;
  /** The number as it is dialed; empty if it must not be shown. */
  dial: string;
  isWithheld: boolean;
}

export interface Call extends Party {
  id: string;
  /** `ringing`, `connected`, `dialing`, `on_hold`, `parked`, or `unknown`. */
  state: string;
  isOutbound: boolean;
  isQueueCall: boolean;
  queueName: string;
  /** Which of the user's own numbers was called, if it has a name. */
  calledName: string;
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
    ...readParty(call, isOutbound ? "to_name" : "from_name", isOutbound ? "to" : "from"),
    isQueueCall: call["queue"] === true,
    queueName: text(call["queue_name"]),
    calledName: isOutbound ? "" : text(call["called_name"]),
    startedAt: Number.isNaN(startedAt) ? undefined : startedAt,
  };
}

/** Return the other party of a record; `number_text` is the number as people write it. */
export function readParty(record: object, nameKey: string, numberKey: string): Party {
  const fields = record as Record<string, unknown>;
  const dial = text(fields[numberKey]);
  return {
    name: text(fields[nameKey]),
    number: text(fields["number_text"]) || dial,
    dial,
    isWithheld: fields["withheld"] === true,
  };
}

/** Return a number with its last two digits only. */
export function maskNumber(number: string): string {
  const digits = number.replace(/\D/g, "");
  return number && `…${digits.length > DIGITS_KEPT ? digits.slice(-DIGITS_KEPT) : ""}`;
}

/** Return a call's other party as it may be shown to everybody who passes the screen. */
export function maskParty<P extends Party>(party: P): P {
  const isNumber = (party.name.match(/\d/g)?.length ?? 0) >= FEWEST_DIGITS;
  const name = isNumber ? maskNumber(party.name) : party.name;
  return { ...party, number: maskNumber(party.number), dial: "", name };
}
