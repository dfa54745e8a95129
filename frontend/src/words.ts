/**
 * Words. States, and names of entities, come from the integration's translations in Home Assistant; what the frontend
 * says itself is taken from there; the cards' own words are a section of the integration's translations, too.
 *
 * That section is "config_panel": hassfest lets it have any keys, and the frontend reads it on request. Home Assistant
 * fills in English where it has no translation. Until the section is read, for a moment, our names of words are shown.
 */
import type { Hass } from "./hass";

/** The cards' own words. */
type OwnWord =
  | "all"
  | "call_back"
  | "delete_question"
  | "duration"
  | "inbound"
  | "mark_all_read"
  | "mark_read"
  | "mark_seen"
  | "mark_unread"
  | "more"
  | "my_status"
  | "no_call_log"
  | "no_mailbox"
  | "no_transcription"
  | "none"
  | "not_played"
  | "number"
  | "outbound"
  | "outcome_answered"
  | "outcome_answered_elsewhere"
  | "outcome_blocked"
  | "outcome_busy"
  | "outcome_failed"
  | "outcome_in_progress"
  | "outcome_missed"
  | "outcome_not_answered"
  | "outcome_unknown"
  | "outcome_voicemail"
  | "pause"
  | "phone"
  | "phones"
  | "play"
  | "position"
  | "queues"
  | "rang"
  | "recent_calls"
  | "rings"
  | "switchboard"
  | "unread"
  | "until"
  | "until_changed"
  | "update_loaded"
  | "voicemail"
  | "withheld";

/** Words that the frontend itself translates, by its keys; should it give one up, our name for it is shown. */
export const FRONTEND_WORDS = {
  close: "ui.common.close",
  name: "ui.common.name",
  no_devices: "ui.components.device-picker.no_devices",
  no_match: "ui.components.combo-box.no_match",
  not_found: "ui.components.target-picker.device_not_found",
  people: "ui.dialogs.quick-bar.commands.navigation.person",
  reload: "ui.dialogs.quick-bar.commands.types.reload",
  search: "ui.common.search",
  sort_by: "ui.components.subpage-data-table.sort_by",
  tile: "ui.panel.lovelace.editor.card.tile.name",
  unavailable: "state.default.unavailable",
  unknown: "state.default.unknown",
} as const;

/** The integration's texts that are used, by their keys in its translations. */
export const TERMS = {
  call_state: "sensor.call_state.name",
  connection: "binary_sensor.connection.name",
  dnd: "sensor.dnd.name",
  free: "sensor.presence.state.available",
  missed_calls: "sensor.missed_calls.name",
  none_yet: "sensor.caller.state.none_yet",
  presence: "sensor.presence.name",
  queue_call: "event.call.state_attributes.queue.name",
  ringing: "sensor.call_state.state.ringing",
  talking: "binary_sensor.on_call.state.on",
} as const;

export type Word = OwnWord | keyof typeof FRONTEND_WORDS | keyof typeof TERMS;

/** Return the frontend's key of a word. */
function keyOf(word: Word): string {
  if (word in TERMS) return `component.ringcentral.entity.${TERMS[word as keyof typeof TERMS]}`;
  return FRONTEND_WORDS[word as keyof typeof FRONTEND_WORDS] ?? `component.ringcentral.config_panel.cards.${word}`;
}

let loading: { language: string; words: Promise<unknown> | undefined } | undefined;

/** Have the frontend read the cards' own words; it renders once they are there. */
export async function loadWords(hass: Hass): Promise<void> {
  const language = hass.locale?.language ?? "en";
  // The frontend forgets them when the user changes the language.
  if (loading?.language !== language) {
    loading = { language, words: hass.loadBackendTranslation?.("config_panel", "ringcentral").catch(() => (loading = undefined)) };
  }
  await loading.words;
}

/** Return a word in the user's language. */
export function say(hass: Hass | undefined, word: Word, fill: Record<string, string> = {}): string {
  if (hass) void loadWords(hass);
  // Some of the frontend's texts have a gap that stays empty here.
  const text = hass?.localize(keyOf(word), { sortColumn: "", ...fill }).trim();
  return text || [word.replaceAll("_", " "), ...Object.values(fill)].join(" ");
}

/** Return a value of an entity in the user's words. */
export function stateWord(hass: Hass, entityId: string | undefined, value?: string): string {
  const state = entityId ? hass.states[entityId] : undefined;
  if (!state) return value ?? "";
  return hass.formatEntityState?.(state, value) ?? value ?? state.state;
}
