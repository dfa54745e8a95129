/** The missed calls of all phones, as the integration tells them over its own WebSocket command. */
import { maskNumber } from "./calls";
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

/** Return all calls, the newest first; phones that are gone have none. */
export function listMissed(hass: Hass, phones: Iterable<MissedPhone>, mask: boolean): MissedCall[] {
  const hide = (text: string) => (mask && (text.match(/\d/g)?.length ?? 0) >= 5 ? maskNumber(text) : text);
  const calls = [...phones].flatMap(({ device_id: deviceId, count, calls: told }) => {
    const device = hass.devices[deviceId];
    if (!device) return [];
    return told.map((call, index) => ({
      deviceId,
      phone: device.name_by_user || device.name || "",
      at: call.at * 1000,
      name: hide(call.name ?? ""),
      number: hide(call.number ?? ""),
      ringSeconds: call.ring_seconds ?? undefined,
      isNew: index < count,
    }));
  });
  return calls.sort((one, other) => other.at - one.at);
}

/** Return when something was, as the user writes it: the time today, else the day as well. */
export function dateText(hass: Hass, at: number, now: number): string {
  const { language, time_format: format, time_zone: zone } = hass.locale ?? { language: "en" };
  const timeZone = zone === "server" ? hass.config?.time_zone : undefined;
  const hour12 = format === "12" ? true : format === "24" ? false : undefined;
  const day = (moment: number) => new Intl.DateTimeFormat("en", { dateStyle: "short", timeZone }).format(moment);
  const date: Intl.DateTimeFormatOptions = day(at) === day(now) ? {} : { day: "numeric", month: "short", weekday: "short" };
  return new Intl.DateTimeFormat(format === "system" ? undefined : language, {
    ...date,
    hour: "numeric",
    minute: "2-digit",
    hour12,
    timeZone,
  }).format(at);
}
