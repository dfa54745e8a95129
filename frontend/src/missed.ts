/** The missed calls of all phones, as the integration reports them over its own WebSocket command. */
import { maskParty, readParty, type Party } from "./calls";
import type { Hass } from "./hass";

export const SUBSCRIPTION = "ringcentral/missed_calls";

interface ReportedCall {
  /** Unix seconds. */
  at: number;
  name?: string | null;
  number?: string | null;
  number_text?: string | null;
  withheld?: boolean;
  ring_seconds?: number | null;
}

export interface MissedPhone {
  device_id: string;
  /** Calls since they were last seen; there may be more than are listed. */
  count: number;
  calls: readonly ReportedCall[];
}

export interface MissedCall extends Party {
  deviceId: string;
  phone: string;
  /** Unix milliseconds. */
  at: number;
  ringSeconds: number | undefined;
  isNew: boolean;
  /** Calls of the same caller that this one, the newest, stands for. */
  count: number;
}

/** Return all calls, the newest first; those of one caller for one phone are one row, new ones and seen ones. */
export function listMissed(hass: Hass, phones: readonly MissedPhone[], mask: boolean): MissedCall[] {
  const calls = phones.flatMap((phone) => callsOf(hass, phone)).sort((one, other) => other.at - one.at);
  const rows = new Map<string, MissedCall>();
  for (const [index, call] of calls.entries()) {
    // Who withholds the number may be anybody.
    const caller = call.dial || call.name || `${index}`;
    const key = `${call.deviceId} ${call.isNew} ${caller}`;
    const row = rows.get(key);
    if (row) row.count += 1;
    else rows.set(key, call);
  }
  return mask ? [...rows.values()].map(maskParty) : [...rows.values()];
}

function callsOf(hass: Hass, { device_id: deviceId, count, calls }: MissedPhone): MissedCall[] {
  const device = hass.devices[deviceId];
  return calls.map((call, index) => ({
    ...readParty(call, "name", "number"),
    deviceId,
    phone: device?.name_by_user || device?.name || "",
    at: call.at * 1000,
    ringSeconds: call.ring_seconds ?? undefined,
    isNew: index < count,
    count: 1,
  }));
}
