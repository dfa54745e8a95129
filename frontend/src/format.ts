/** How the user writes dates and durations, and sorts names: made once per locale, since making formatters is slow. */
import type { Hass } from "./hass";

export interface Formats {
  language: string;
  collator: Intl.Collator;
  /** Return when something was: the time today, else the day as well. */
  date(at: number, now: number): string;
  time(at: number): string;
  /** Return a number of minutes or hours, in words. */
  duration(minutes: number): string;
}

const ENGLISH = { language: "en" };
const made = new WeakMap<object, { zone: string | undefined; formats: Formats }>();

/** Return the user's formats. */
export function formatsOf(hass: Hass | undefined): Formats {
  const locale = hass?.locale ?? ENGLISH;
  const zone = hass?.locale?.time_zone === "server" ? hass.config?.time_zone : undefined;
  let known = made.get(locale);
  if (known?.zone !== zone || !known) {
    known = { zone, formats: make(locale, zone) };
    made.set(locale, known);
  }
  return known.formats;
}

function make(locale: NonNullable<Hass["locale"]>, timeZone: string | undefined): Formats {
  const { language, time_format: format } = locale;
  const hourCycle = format === "12" ? "h12" : format === "24" ? "h23" : undefined;
  const clock: Intl.DateTimeFormatOptions = { hour: "numeric", minute: "2-digit", hourCycle, timeZone };
  const written = format === "system" ? undefined : language;
  const day = new Intl.DateTimeFormat("en", { dateStyle: "short", timeZone });
  const time = new Intl.DateTimeFormat(written, clock);
  const dateAndTime = new Intl.DateTimeFormat(written, { ...clock, day: "numeric", month: "short", weekday: "short" });
  const unit = (name: string) => new Intl.NumberFormat(language, { style: "unit", unit: name, unitDisplay: "long" });
  const [minutes, hours] = [unit("minute"), unit("hour")];
  return {
    language,
    collator: new Intl.Collator(language, { numeric: true, sensitivity: "base" }),
    date: (at, now) => (day.format(at) === day.format(now) ? time : dateAndTime).format(at),
    time: (at) => time.format(at),
    duration: (count) => (count % 60 ? minutes.format(count) : hours.format(count / 60)),
  };
}
