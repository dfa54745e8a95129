/** The cards' options: what is accepted, and the forms of their editors. */
import { findExtensions, type Extension } from "./extensions";
import type { Hass } from "./hass";
import type { Sort } from "./switchboard";
import { say, type Word } from "./words";

export interface PhoneConfig {
  type: string;
  /** The extension, by its device or by any of its entities. */
  device?: string;
  entity?: string;
  name?: string;
  layout?: "full" | "tile";
  hide_controls?: boolean;
  mask?: boolean;
}

export interface SwitchboardConfig {
  type: string;
  title?: string;
  /** Which extensions: these, and those of these areas and labels; all if none of the three is given. */
  devices?: string[];
  areas?: string[];
  labels?: string[];
  show?: "all" | "people" | "queues";
  sort?: Sort;
  toolbar?: boolean;
  mask?: boolean;
}

export interface MissedCallsConfig {
  type: string;
  title?: string;
  mask?: boolean;
  /** How many are listed at most; for YAML and the dashboard that builds itself. */
  most?: number;
}

type Kind = "phone" | "switchboard" | "missed";

interface Field {
  name: string;
  label: Word;
  /** The frontend's selector, by its kind. */
  selector: Record<string, { multiple?: boolean; [option: string]: unknown }>;
  /** Words that can be chosen, each with the text that says it. */
  options?: Record<string, Word>;
}

/** Every phone, and nothing else, has an event entity. */
const PHONES = { integration: "ringcentral", entity: [{ integration: "ringcentral", domain: "event" }] };

const TITLE: Field = { name: "title", label: "title", selector: { text: {} } };
const MASK: Field = { name: "mask", label: "mask", selector: { boolean: {} } };

/** The options of each card: what its editor asks for, and what is accepted. */
const FIELDS: Record<Kind, Field[]> = {
  phone: [
    { name: "device", label: "phone", selector: { device: PHONES } },
    { name: "name", label: "name", selector: { text: {} } },
    { name: "layout", label: "layout", selector: { select: {} }, options: { full: "large", tile: "tile" } },
    { name: "hide_controls", label: "hide_controls", selector: { boolean: {} } },
    MASK,
  ],
  switchboard: [
    TITLE,
    { name: "devices", label: "phones", selector: { device: { ...PHONES, multiple: true } } },
    { name: "areas", label: "areas", selector: { area: { multiple: true } } },
    { name: "labels", label: "labels", selector: { label: { multiple: true } } },
    {
      name: "show",
      label: "show",
      selector: { select: {} },
      options: { all: "all", people: "people", queues: "queues" },
    },
    {
      name: "sort",
      label: "sort_by",
      selector: { select: {} },
      options: { ringing: "ringing", number: "number", name: "name" },
    },
    { name: "toolbar", label: "search", selector: { boolean: {} } },
    MASK,
  ],
  missed: [TITLE, MASK],
};

function isPossible(value: unknown, { selector, options }: Field): boolean {
  if (options) return Object.hasOwn(options, `${value}`);
  if (selector["boolean"]) return typeof value === "boolean";
  const isText = (one: unknown) => typeof one === "string";
  return Object.values(selector)[0]?.multiple ? Array.isArray(value) && value.every(isText) : isText(value);
}

/** Throw for an option with a value that it cannot have; what the frontend adds of its own is none of our business. */
export function checkConfig(kind: Kind, config: object): void {
  for (const field of FIELDS[kind]) {
    const value: unknown = (config as Record<string, unknown>)[field.name];
    if (value != null && !isPossible(value, field)) {
      throw new Error(`${field.name}: ${JSON.stringify(value)} is not possible`);
    }
  }
}

/** Return the form of a card's editor. The frontend asks for it without `hass`, so the page's own is used. */
export function configForm(kind: Kind, hass = pageHass()) {
  return {
    schema: FIELDS[kind].map(({ name, selector, options }) => ({
      name,
      selector: options
        ? {
            select: {
              mode: "dropdown",
              options: Object.entries(options).map(([value, word]) => ({ value, label: say(hass, word) })),
            },
          }
        : selector,
    })),
    computeLabel: ({ name }: { name: string }) => {
      const label = FIELDS[kind].find((field) => field.name === name)?.label;
      return label && say(hass, label);
    },
    assertConfig: (config: object) => checkConfig(kind, config),
  };
}

/** Return the extension that a phone card shows, if there is one. */
export function chosenExtension(hass: Hass, config: PhoneConfig): Extension | undefined {
  const device = config.device || hass.entities[config.entity ?? ""]?.device_id;
  return findExtensions(hass).get(device ?? "");
}

/** Return the extensions of a switchboard, in no order. */
export function chosenExtensions(hass: Hass, config: SwitchboardConfig): Extension[] {
  // An empty option of YAML is null.
  const [devices, areas, labels] = [config.devices ?? [], config.areas ?? [], config.labels ?? []];
  const show = config.show ?? "all";
  const isEverybody = !devices.length && !areas.length && !labels.length;
  return [...findExtensions(hass).values()].filter(
    (one) =>
      (show === "all" || one.isPerson === (show === "people")) &&
      (isEverybody ||
        devices.includes(one.id) ||
        areas.includes(one.area ?? "") ||
        one.labels.some((label) => labels.includes(label))),
  );
}

/** Return the frontend's own `hass`, for what is asked before a card has one. */
export function pageHass(): Hass | undefined {
  return document.querySelector<HTMLElement & { hass?: Hass }>("home-assistant")?.hass;
}
