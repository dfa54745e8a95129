/**
 * The forms in which the frontend edits cards, the badge, and the dashboard: what is asked for each option.
 *
 * This is a chunk of its own. It imports only types, since what it shared with the other modules would become a chunk
 * that they all wait for.
 */
import type { Kind } from "./config";
import type { Hass } from "./hass";
import type { Word } from "./words";

/** Return a text in the user's language: one that the cards have, too, or one of any key. */
interface Language {
  say(word: Word): string;
  localize(key: string, fill?: Record<string, string>): string;
}

const ENTITY = "component.ringcentral.entity";

/** Words that only forms have, and the frontend translates, by their keys there. */
const EDITOR_WORDS = {
  accept_queue_calls: `${ENTITY}.switch.set_accept_queue_calls.name`,
  areas: "ui.components.target-picker.type.areas",
  double_tap_action: "ui.panel.lovelace.editor.card.generic.double_tap_action",
  entity: "ui.panel.lovelace.editor.card.generic.entity",
  hold_action: "ui.panel.lovelace.editor.card.generic.hold_action",
  interactions: "ui.panel.lovelace.editor.card.generic.interactions",
  labels: "ui.components.target-picker.type.labels",
  large: "ui.panel.lovelace.editor.card.clock.clock_sizes.large",
  layout: "ui.panel.lovelace.editor.edit_view.type",
  pick_up_calls_on_hold: `${ENTITY}.switch.set_pick_up_calls_on_hold.name`,
  ring_on_monitored_call: `${ENTITY}.switch.set_ring_on_monitored_call.name`,
  see_my_presence: `${ENTITY}.switch.set_see_my_presence.name`,
  show: "ui.common.show",
  status_message: `${ENTITY}.text.set_status_message.name`,
  tap_action: "ui.panel.lovelace.editor.card.generic.tap_action",
  title: "ui.panel.lovelace.editor.card.generic.title",
} as const;

/** Words that only forms have, in the integration's translations. */
type OwnWord = "controls" | "hide_controls" | "mask" | "most" | "most_voicemails" | "popup";
type Label = keyof typeof EDITOR_WORDS | OwnWord | Word;

const OWN = "component.ringcentral.config_panel";

function labelOf({ say, localize }: Language, label: Label): string {
  if (label in EDITOR_WORDS) return localize(EDITOR_WORDS[label as keyof typeof EDITOR_WORDS]);
  return localize(`${OWN}.card_editor.${label}`) || say(label as Word);
}

interface Field {
  label: Label;
  /** The frontend's selector, by its kind. */
  selector?: Record<string, object>;
  /** Words that can be chosen, each with the text that says it. */
  options?: Record<string, Label>;
  /** How many of the options are chosen unless the user does; of a list, any number can be. */
  usual?: number;
  isList?: boolean;
  /** What counts while nothing is chosen, as a value that the frontend shows. */
  default?: unknown;
  /** The key of the help text, if it is not the option's name. */
  help?: string;
}

/** Every phone, and nothing else, has a caller; other entities may be disabled. */
const PHONES = { integration: "ringcentral", entity: [{ integration: "ringcentral", device_class: "ringcentral__caller" }] };

const FLAG = { selector: { boolean: {} }, default: false };
const ACTION = { selector: { ui_action: {} } };

const mostOf = (max: number) => ({ number: { min: 1, max, mode: "box" } });

const CONTROLS: Record<string, Label> = {
  duration: "duration",
  status: "my_status",
  do_not_disturb: "dnd",
  status_message: "status_message",
  accept_queue_calls: "accept_queue_calls",
  see_my_presence: "see_my_presence",
  pick_up_calls_on_hold: "pick_up_calls_on_hold",
  ring_on_monitored_call: "ring_on_monitored_call",
};

/** What is asked for an option, the same in every form that has it. */
const FIELDS: Record<string, Field> = {
  device: { label: "phone", selector: { device: PHONES } },
  entity: { label: "entity", selector: { entity: { filter: { integration: "ringcentral" } } } },
  name: { label: "name", selector: { text: {} } },
  title: { label: "title", selector: { text: {} } },
  devices: { label: "phones", selector: { device: { ...PHONES, multiple: true } } },
  areas: { label: "areas", selector: { area: { multiple: true } } },
  labels: { label: "labels", selector: { label: { multiple: true } } },
  layout: { label: "layout", options: { full: "large", tile: "tile" } },
  show: { label: "show", options: { all: "all", people: "people", queues: "queues" } },
  sort: { label: "sort_by", options: { ringing: "ringing", number: "number", name: "name" } },
  controls: { label: "controls", options: CONTROLS, usual: 3, isList: true },
  toolbar: { label: "search", selector: { boolean: {} } },
  most: { label: "most", selector: mostOf(100), default: 100 },
  hide_controls: { label: "hide_controls", ...FLAG },
  mask: { label: "mask", ...FLAG },
  popup: { label: "popup", ...FLAG },
  tap_action: { label: "tap_action", selector: { ui_action: { default_action: "more-info" } } },
  hold_action: { label: "hold_action", ...ACTION },
  double_tap_action: { label: "double_tap_action", ...ACTION },
};

const WHICH = ["devices", "areas", "labels", "show"];
const ACTIONS = ["tap_action", "hold_action", "double_tap_action"];

/** The options of each form, in their order; a list within is a section of its own. */
const FORMS: Record<Kind, (string | string[])[]> = {
  phone: ["device", "entity", "name", "layout", "controls", "hide_controls", "mask", "popup", ACTIONS],
  badge: ["device", "entity", "name", "mask", "popup", ACTIONS],
  switchboard: ["title", ...WHICH, "sort", "toolbar", "mask", "popup", ACTIONS],
  missed: ["title", ...WHICH, "most", "mask"],
  recent: ["title", ...WHICH, "most", "mask"],
  voicemail: ["title", "devices", "areas", "labels", "most", "mask"],
  dashboard: ["popup", "mask"],
};

/** Where a form asks for an option in another way. */
const EXCEPTIONS: Partial<Record<Kind, Record<string, Field>>> = {
  recent: { most: { label: "most", selector: mostOf(500), default: 50 } },
  voicemail: { most: { label: "most_voicemails", selector: mostOf(100), default: 30 } },
  dashboard: { popup: { ...FIELDS["devices"]!, label: "popup", help: "popup_phones" } },
};

const fieldOf = (kind: Kind, name: string): Field | undefined => EXCEPTIONS[kind]?.[name] ?? FIELDS[name];

function schemaOf(name: string, field: Field | undefined, language: Language): Record<string, unknown> {
  const { selector, options, isList, default: value } = field ?? {};
  if (!options) return { name, selector, default: value };
  const labels = Object.entries(options).map(([one, word]) => ({ value: one, label: labelOf(language, word) }));
  return { name, selector: { select: { options: labels, mode: "dropdown", multiple: isList } } };
}

/** Return the form of a card, as the frontend expects it. */
export function makeForm(kind: Kind, language: Language) {
  const schema = (name: string) => schemaOf(name, fieldOf(kind, name), language);
  const help = ({ name }: { name: string }) => {
    const { help: key = name, options, usual = 1 } = fieldOf(kind, name) ?? {};
    const preset = Object.values(options ?? {}).slice(0, usual).map((word) => labelOf(language, word));
    const text = language.localize(`${OWN}.card_options.${key}`);
    const usually = preset.length ? language.localize(`${OWN}.card_editor.preset`, { value: preset.join(", ") }) : "";
    return `${text} ${usually}`.trim() || undefined;
  };
  return {
    schema: FORMS[kind].map((part) =>
      Array.isArray(part)
        ? {
            name: "interactions",
            type: "expandable",
            flatten: true,
            icon: "mdi:gesture-tap",
            schema: part.map(schema),
          }
        : schema(part),
    ),
    computeLabel: ({ name }: { name: string }) => labelOf(language, fieldOf(kind, name)?.label ?? "interactions"),
    computeHelper: help,
  };
}

export type Form = ReturnType<typeof makeForm>;

/** Return an element with the frontend's form for the dashboard's options. */
export function makeDashboardEditor(form: Form): HTMLElement {
  const editor = document.createElement("div");
  const fields = document.createElement("ha-form");
  editor.append(Object.assign(fields, form));
  fields.addEventListener("value-changed", (event) => {
    event.stopPropagation();
    const detail = { config: (event as CustomEvent<{ value: object }>).detail.value };
    editor.dispatchEvent(new CustomEvent("config-changed", { bubbles: true, composed: true, detail }));
  });
  const set = (value: Record<string, unknown>) => void Object.assign(fields, value);
  return Object.defineProperties(editor, {
    hass: { set: (hass: Hass) => set({ hass }) },
    setConfig: { value: (config: object) => set({ data: config }) },
  });
}
