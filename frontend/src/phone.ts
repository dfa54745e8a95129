/** What is to be shown of one extension: a plain record, made from its entities. */
import { maskParty, readCalls, type Call, type Party } from "./calls";
import type { Extension } from "./extensions";
import { formatsOf } from "./format";
import type { EntityState, Hass } from "./hass";
import { say, stateWord } from "./words";

/** What an extension does, in one word; it decides color and icon. */
export type Tone =
  | "ringing"
  | "connected"
  | "dialing"
  | "on_hold"
  | "parked"
  | "dnd"
  | "available"
  | "busy"
  | "offline"
  | "idle"
  | "unavailable";

export const ICONS: Record<Tone, string> = {
  ringing: "mdi:phone-ring",
  connected: "mdi:phone-in-talk",
  dialing: "mdi:phone-outgoing",
  on_hold: "mdi:phone-paused",
  parked: "mdi:parking",
  dnd: "mdi:minus-circle",
  available: "mdi:phone",
  busy: "mdi:phone",
  offline: "mdi:phone-off",
  idle: "mdi:phone",
  unavailable: "mdi:phone-alert",
};

export interface Phone {
  extension: Extension;
  tone: Tone;
  /** What it does, in the user's language. */
  word: string;
  /** `available`, `busy`, `offline`, or nothing. */
  presence: string;
  /** Do Not Disturb in the user's language, if it is on in any way. */
  dnd: string;
  calls: Call[];
  /** Why nothing is known; the rest is empty then. */
  problem: string;
}

const CALL_TONES: readonly string[] = ["ringing", "connected", "dialing", "on_hold", "parked"] satisfies Tone[];
const PRESENCE_TONES: readonly string[] = ["available", "busy", "offline"] satisfies Tone[];
const NO_VALUE = ["unavailable", "unknown"];
const OPEN = "take_all_calls";
const CLOSED = "do_not_accept_any_calls";

const known = (state: EntityState | undefined): string =>
  state && !NO_VALUE.includes(state.state) ? state.state : "";

/** Return what is to be shown of an extension. */
export function describePhone(hass: Hass, extension: Extension, mask: boolean): Phone {
  const { call_state: callStateId, presence: presenceId, dnd: dndId } = extension.entities;
  const state = (id: string | undefined) => (id ? hass.states[id] : undefined);
  const callState = state(callStateId);
  const problem = !callState
    ? `${say(hass, "call_state")}: ${say(hass, "not_found")}`
    : callState.state === "unavailable"
      ? connectionProblem(hass, extension) || stateWord(hass, callStateId)
      : "";
  if (problem) {
    return { extension, tone: "unavailable", word: say(hass, "unavailable"), presence: "", dnd: "", calls: [], problem };
  }
  const calls = readCalls(callState).map((call) => (mask ? maskParty(call) : call));
  const presence = known(state(presenceId));
  const dnd = known(state(dndId));
  const dndWord = dnd && dnd !== OPEN ? stateWord(hass, dndId) : "";
  const shared = { extension, presence, dnd: dndWord, calls, problem };
  const first = calls[0]?.state ?? known(callState);
  if (CALL_TONES.includes(first)) {
    return { ...shared, tone: first as Tone, word: stateWord(hass, callStateId, first) };
  }
  if (dnd === CLOSED) return { ...shared, tone: "dnd", word: dndWord };
  const tone = PRESENCE_TONES.includes(presence) ? (presence as Tone) : "idle";
  return { ...shared, tone, word: wordOf(hass, extension) };
}

/** Return what a phone does that is not in use; of a queue nothing is known before its first call. */
function wordOf(hass: Hass, { entities }: Extension): string {
  const shown = [entities.presence, entities.call_state].find((id) => id && known(hass.states[id]));
  return !shown && !entities.presence ? say(hass, "none_yet") : stateWord(hass, shown ?? entities.call_state);
}

/** Return what is wrong with the account's connection, if anything is. */
export function connectionProblem(hass: Hass, { connection }: Extension): string {
  const state = connection && hass.states[connection];
  return state && state.state !== "on" ? `${say(hass, "connection")}: ${stateWord(hass, connection)}` : "";
}

/** Return how the other party is called. */
export function callerOf(hass: Hass, party: Party): string {
  return party.name || party.number || say(hass, party.isWithheld ? "withheld" : "unknown");
}

/** Return the badge of a queue call: the queue's name, else that it is one. */
export function queueOf(hass: Hass, call: Call): string {
  if (!call.isQueueCall) return "";
  return call.queueName || say(hass, "queue_call");
}

/** Return up to two letters that stand for a name. */
export function initials(hass: Hass, name: string): string {
  const words = name.split(/\s+/).filter((word) => /^\p{L}/u.test(word));
  const chosen = words.length > 1 ? [words[0], words.at(-1)] : words;
  const { language } = formatsOf(hass);
  return chosen.map((word) => [...(word ?? "")][0]?.toLocaleUpperCase(language) ?? "").join("");
}
