/** Which day something was on, as the user writes it. */
import type { Hass } from "./hass";
import type { Kit } from "./kit";

const DAY = 86_400_000;

export interface Days {
  /** Return a word that is the same for all times of one day. */
  key(at: number): string;
  /** Return how the day is called: today, yesterday, or by its weekday and date. */
  name(at: number, now: number): string;
}

let made: { locale: unknown; days: Days } | undefined;

/** Return how the user names days; the formatters are made once, since that is slow. */
export function daysOf(kit: Kit, hass: Hass): Days {
  if (made?.locale !== hass.locale || !made) made = { locale: hass.locale, days: make(kit.formatsOf(hass).language, hass) };
  return made.days;
}

function make(language: string, hass: Hass): Days {
  const timeZone = hass.locale?.time_zone === "server" ? hass.config?.time_zone : undefined;
  const number = new Intl.DateTimeFormat("en", { dateStyle: "short", timeZone });
  const day = new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long", timeZone });
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  const capital = (text: string) => text.charAt(0).toLocaleUpperCase(language) + text.slice(1);
  const key = (at: number) => number.format(at);
  return {
    key,
    name(at, now) {
      const ago = [0, 1].find((count) => key(at) === key(now - count * DAY));
      return capital(ago === undefined ? day.format(at) : relative.format(-ago, "day"));
    },
  };
}
