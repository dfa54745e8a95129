/**
 * Words. States, and names of entities, come from the integration's translations in Home Assistant; what the frontend
 * says itself is taken from there; the rest is here.
 *
 * One row a word, in the order of LANGUAGES; {braces} are filled in.
 */
import type { Hass } from "./hass";

export const LANGUAGES = ["en", "de", "fr", "es", "nl", "it", "pt-BR", "pl", "ja", "zh-Hans", "sv"] as const;

const WORDS = {
  phone: ["Phone", "Telefon", "Téléphone", "Teléfono", "Telefoon", "Telefono", "Telefone", "Telefon", "電話", "电话", "Telefon"],
  phones: ["Phones", "Telefone", "Téléphones", "Teléfonos", "Telefoons", "Telefoni", "Telefones", "Telefony", "電話", "电话", "Telefoner"],
  switchboard: ["Switchboard", "Telefonzentrale", "Standard téléphonique", "Centralita", "Telefooncentrale", "Centralino", "Central telefônica", "Centrala telefoniczna", "電話交換台", "电话总机", "Telefonväxel"],
  queues: ["Call queues", "Warteschlangen", "Files d'attente", "Colas de llamadas", "Wachtrijen", "Code di chiamata", "Filas de chamadas", "Kolejki połączeń", "通話キュー", "呼叫队列", "Samtalsköer"],
  rings: ["{name}: {caller} is calling", "{name}: {caller} ruft an", "{name} : appel de {caller}", "{name}: llama {caller}", "{name}: {caller} belt", "{name}: chiama {caller}", "{name}: {caller} está ligando", "{name}: dzwoni {caller}", "{name}: {caller} から着信", "{name}：{caller} 来电", "{name}: {caller} ringer"],
  hide_controls: ["Hide controls", "Bedienelemente ausblenden", "Masquer les commandes", "Ocultar controles", "Bediening verbergen", "Nascondi i controlli", "Ocultar controles", "Ukryj sterowanie", "操作を隠す", "隐藏控件", "Dölj reglage"],
  mask: ["Mask numbers", "Nummern verbergen", "Masquer les numéros", "Ocultar números", "Nummers verbergen", "Nascondi i numeri", "Ocultar números", "Ukryj numery", "番号を伏せる", "隐藏号码", "Dölj nummer"],
} as const satisfies Record<string, readonly string[]>;

/** Words that the frontend itself translates, by its keys; should it give one up, our name for it is shown. */
export const FRONTEND_WORDS = {
  all: "ui.components.selectors.automation_behavior.trigger.options.all.label",
  areas: "ui.components.target-picker.type.areas",
  close: "ui.common.close",
  labels: "ui.components.target-picker.type.labels",
  large: "ui.panel.lovelace.editor.card.clock.clock_sizes.large",
  layout: "ui.panel.lovelace.editor.edit_view.type",
  name: "ui.common.name",
  no_devices: "ui.components.device-picker.no_devices",
  no_match: "ui.components.combo-box.no_match",
  none: "ui.common.none",
  not_found: "ui.components.target-picker.device_not_found",
  number: "ui.components.selectors.selector.types.number",
  people: "ui.dialogs.quick-bar.commands.navigation.person",
  search: "ui.common.search",
  show: "ui.common.show",
  sort_by: "ui.components.subpage-data-table.sort_by",
  tile: "ui.panel.lovelace.editor.card.tile.name",
  title: "ui.panel.lovelace.editor.card.generic.title",
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
  mark_seen: "button.mark_missed_calls_seen.name",
  presence: "sensor.presence.name",
  queue_call: "event.call.state_attributes.queue.name",
  ringing: "sensor.call_state.state.ringing",
  talking: "binary_sensor.on_call.state.on",
} as const;

export type Word = keyof typeof WORDS | keyof typeof FRONTEND_WORDS | keyof typeof TERMS;

/** Return which column a language is in: itself, else its first part, else English. */
function column(language: string): number {
  const exact = (LANGUAGES as readonly string[]).indexOf(language);
  const base = language.split("-")[0];
  return exact >= 0 ? exact : Math.max(0, LANGUAGES.findIndex((known) => known.split("-")[0] === base));
}

/** Return a word in the user's language. */
export function say(hass: Hass | undefined, word: Word, fill: Record<string, string> = {}): string {
  if (word in WORDS) {
    const row: readonly string[] = WORDS[word as keyof typeof WORDS];
    return (row[column(hass?.locale?.language ?? "en")] ?? "").replace(/\{(\w+)\}/g, (_, name: string) => fill[name] ?? "");
  }
  const key =
    word in TERMS
      ? `component.ringcentral.entity.${TERMS[word as keyof typeof TERMS]}`
      : FRONTEND_WORDS[word as keyof typeof FRONTEND_WORDS];
  return hass?.localize(key, { sortColumn: "" }).trim() || word.replace("_", " ");
}

/** Return a value of an entity in the user's words. */
export function stateWord(hass: Hass, entityId: string | undefined, value?: string): string {
  const state = entityId ? hass.states[entityId] : undefined;
  if (!state) return value ?? "";
  return hass.formatEntityState?.(state, value) ?? value ?? state.state;
}
