/** Which phones a switchboard shows, and in what order. */
import type { Extension } from "./extensions";
import { formatsOf } from "./format";
import type { Hass } from "./hass";
import type { Phone } from "./phone";

/** So few phones get large cells, and need no search. */
export const FEW = 12;

export const FILTERS = ["all", "ringing", "talking", "free"] as const;
export type Filter = (typeof FILTERS)[number];

/** Return the name of the filter that a phone falls under, beside "all". */
export function groupOf(phone: Phone): Filter | undefined {
  if (phone.tone === "ringing") return "ringing";
  if (phone.calls.length) return "talking";
  return phone.tone === "available" ? "free" : undefined;
}

const fold = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** Return whether a phone is among those that a user looks for, by name, number or caller. */
export function isFound(phone: Phone, filter: Filter, query: string): boolean {
  if (filter !== "all" && groupOf(phone) !== filter) return false;
  if (!query) return true;
  const { name, number } = phone.extension;
  const texts = [name, number, ...phone.calls.flatMap((call) => [call.name, call.number])];
  return fold(query)
    .split(/\s+/)
    .every((word) => texts.some((text) => fold(text).includes(word)));
}

export type Sort = "ringing" | "number" | "name";

/** Return extensions in the order that does not change with what they do; comparing texts is slow, so do it once. */
export function sorted(hass: Hass, extensions: readonly Extension[], sort: Sort): Extension[] {
  const { collator } = formatsOf(hass);
  const byName = (one: Extension, other: Extension) => collator.compare(one.name, other.name);
  const byNumber = (one: Extension, other: Extension) => collator.compare(one.number, other.number) || byName(one, other);
  return [...extensions].sort(sort === "name" ? byName : byNumber);
}

/** Return the ringing phones, and the others. */
export function byRinging(phones: readonly Phone[]): [ringing: Phone[], others: Phone[]] {
  const isRinging = (phone: Phone) => phone.tone === "ringing";
  return [phones.filter(isRinging), phones.filter((phone) => !isRinging(phone))];
}
