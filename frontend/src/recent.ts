/** The calls of the log, as the integration reports them. */
import type { Party } from "./calls";
import type { Extension } from "./extensions";
import type { Hass } from "./hass";
import type { Kit } from "./kit";
import type { Reported } from "./live";

interface ReportedCall {
  id: string;
  /** ISO 8601. */
  start: string;
  direction: string;
  outcome: string;
  /** Seconds. */
  duration?: number | null;
  caller_name?: string | null;
  caller_number?: string | null;
  number_text?: string | null;
  withheld?: boolean;
  called_name?: string | null;
  queue?: boolean;
  voicemail_id?: string | null;
}

export interface ReportedPhone extends Reported {
  calls: readonly ReportedCall[];
}

export interface RecentCall extends Party {
  key: string;
  phone: string;
  /** Unix milliseconds. */
  at: number;
  isOutbound: boolean;
  isMissed: boolean;
  outcome: string;
  seconds: number | undefined;
  /** Which of the user's own numbers or queues was called, if not the phone itself. */
  called: string;
  isQueueCall: boolean;
  hasVoicemail: boolean;
}

/** Nobody spoke to the caller, who may expect a call; the integration counts these as missed, too. */
const MISSED = ["missed", "voicemail", "busy"];

/** Return the calls of all phones, the newest first. */
export function listRecent(
  kit: Kit,
  hass: Hass,
  phones: readonly { one: ReportedPhone; phone: Extension }[],
  mask: boolean,
): RecentCall[] {
  const calls = phones.flatMap(({ one, phone }) => {
    // RingCentral does not know how the user calls it.
    const names = [phone.name, hass.devices[phone.id]?.name];
    return one.calls.map((call) => read(kit, call, phone, names));
  });
  const shown = calls.filter(({ at }) => !Number.isNaN(at)).sort((one, other) => other.at - one.at);
  return mask ? shown.map(kit.maskParty) : shown;
}

function read(kit: Kit, call: ReportedCall, phone: Extension, names: readonly unknown[]): RecentCall {
  const isOutbound = call.direction === "outbound";
  const isQueueCall = call.queue === true;
  return {
    ...kit.readParty(call, "caller_name", "caller_number"),
    key: `${phone.id} ${call.id}`,
    phone: phone.name,
    at: Date.parse(call.start),
    isOutbound,
    isMissed: !isOutbound && !isQueueCall && MISSED.includes(call.outcome),
    outcome: call.outcome,
    seconds: call.duration ?? undefined,
    called: !isOutbound && call.called_name && !names.includes(call.called_name) ? call.called_name : "",
    isQueueCall,
    hasVoicemail: Boolean(call.voicemail_id) || (!isOutbound && call.outcome === "voicemail"),
  };
}
