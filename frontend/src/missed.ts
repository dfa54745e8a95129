/** The missed calls of all phones, as the integration tells them over its own WebSocket command. */
import { maskParty } from "./calls";
import type { Hass } from "./hass";

export const SUBSCRIPTION = "ringcentral/missed_calls";

interface TellableCall {
  /** Unix seconds. */
  at: number;
  name?: string | null;
  number?: string | null;
  ring_seconds?: number | null;
}

export interface MissedPhone {
  device_id: string;
  /** Calls since they were last seen; there may be more than are listed. */
  count: number;
  calls: readonly TellableCall[];
}

export interface MissedCall {
  deviceId: string;
  phone: string;
  /** Unix milliseconds. */
  at: number;
  name: string;
  number: string;
  ringSeconds: number | undefined;
  isNew: boolean;
}

/** Return all calls, the newest first. */
export function listMissed(hass: Hass, phones: readonly MissedPhone[], mask: boolean): MissedCall[] {
  const calls = phones.flatMap(({ device_id: deviceId, count, calls: told }) => {
    const device = hass.devices[deviceId];
    return told.map((call, index) => {
      const party = { name: call.name ?? "", number: call.number ?? "" };
      return {
        ...(mask ? maskParty(party) : party),
        deviceId,
        phone: device?.name_by_user || device?.name || "",
        at: call.at * 1000,
        ringSeconds: call.ring_seconds ?? undefined,
        isNew: index < count,
      };
    });
  });
  return calls.sort((one, other) => other.at - one.at);
}

/** Return when something was, as the user writes it: the time today, else the day as well. */
export function dateText(hass: Hass, at: number, now: number): string {
  const { language, time_format: format, time_zone: zone } = hass.locale ?? { language: "en" };
  const timeZone = zone === "server" ? hass.config?.time_zone : undefined;
  const hourCycle = format === "12" ? "h12" : format === "24" ? "h23" : undefined;
  const day = (moment: number) => new Intl.DateTimeFormat("en", { dateStyle: "short", timeZone }).format(moment);
  const date: Intl.DateTimeFormatOptions = day(at) === day(now) ? {} : { day: "numeric", month: "short", weekday: "short" };
  return new Intl.DateTimeFormat(format === "system" ? undefined : language, {
    ...date,
    hour: "numeric",
    minute: "2-digit",
    hourCycle,
    timeZone,
  }).format(at);
}
