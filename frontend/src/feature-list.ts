/** What features of the tile card there are, and for which entities; their elements are in the chunk of extras. */
import { findExtensions } from "./extensions";
import type { Hass } from "./hass";
import type { Word } from "./words";

export interface Context {
  entity_id?: string;
}

export interface Feature {
  /** The element that the frontend knows. */
  tag: string;
  /** The select that it sets, by its translation key. */
  key: string;
  caption: Word;
}

export const FEATURES: readonly Feature[] = [
  { tag: "ringcentral-status-feature", key: "set_status", caption: "my_status" },
  { tag: "ringcentral-do-not-disturb-feature", key: "set_dnd", caption: "dnd" },
];

/** Return the select of the phone that a tile's entity belongs to. */
export function selectOf(hass: Hass, context: Context | undefined, key: string): string | undefined {
  const device = hass.entities[context?.entity_id ?? ""]?.device_id ?? "";
  return findExtensions(hass).get(device)?.entities[key];
}
