/** Which phones a switchboard shows, and in what order. */
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
  const { name, number } = phone.extension;
  const texts = [name, number, ...phone.calls.flatMap((call) => [call.name, call.number])];
  return fold(query)
    .split(/\s+/)
    .every((word) => texts.some((text) => fold(text).includes(word)));
}

const order = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/** Compare for a sort order; ringing phones come first in the one that says so. */
export function comparison(sort: "ringing" | "number" | "name"): (one: Phone, other: Phone) => number {
  const byNumber = (one: Phone, other: Phone) =>
    order.compare(one.extension.number, other.extension.number) || byName(one, other);
  const byName = (one: Phone, other: Phone) => order.compare(one.extension.name, other.extension.name);
  if (sort === "name") return byName;
  if (sort === "number") return byNumber;
  return (one, other) => Number(other.tone === "ringing") - Number(one.tone === "ringing") || byNumber(one, other);
}
