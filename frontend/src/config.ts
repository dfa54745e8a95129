/** The cards' options: what is accepted, and the forms of their editors. */
import { findExtensions, type Extension } from "./extensions";
import type { Hass } from "./hass";
import { say, type Word } from "./words";

export interface PhoneConfig {
  type: string;
  /** The extension, by its device or by any of its entities. */
  device?: string;
  entity?: string;
  name?: string;
  layout?: "full" | "tile";
  controls?: boolean;
  mask?: boolean;
}

export interface SwitchboardConfig {
  type: string;
  title?: string;
  /** Which extensions; each that is given narrows the choice down by adding: a device, an area or a label is enough. */
  devices?: string[];
  areas?: string[];
  labels?: string[];
  show?: "all" | "people" | "queues";
  sort?: "ringing" | "number" | "name";
  toolbar?: boolean;
  mask?: boolean;
}

export interface MissedCallsConfig {
  type: string;
  title?: string;
  mask?: boolean;
}

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === "string";
const isFlag: Check = (value) => typeof value === "boolean";
const isList: Check = (value) => Array.isArray(value) && value.every(isText);
const isOneOf = (...words: string[]): Check => (value) => isText(value) && words.includes(value as string);

const CHECKS: Record<string, Record<string, Check>> = {
  phone: {
    device: isText,
    entity: isText,
    name: isText,
    layout: isOneOf("full", "tile"),
    controls: isFlag,
    mask: isFlag,
  },
  switchboard: {
    title: isText,
    devices: isList,
    areas: isList,
    labels: isList,
    show: isOneOf("all", "people", "queues"),
    sort: isOneOf("ringing", "number", "name"),
    toolbar: isFlag,
    mask: isFlag,
  },
  missed: { title: isText, mask: isFlag },
};

/** Throw for an option with a value that it cannot have; what the frontend adds of its own is none of our business. */
export function checkConfig(kind: "phone" | "switchboard" | "missed", config: unknown): void {
  if (typeof config !== "object" || config === null) throw new Error("The card has no configuration");
  for (const [name, check] of Object.entries(CHECKS[kind] ?? {})) {
    const value = (config as Record<string, unknown>)[name];
    if (value !== undefined && value !== null && !check(value)) {
      throw new Error(`${name}: ${JSON.stringify(value)} is not possible`);
    }
  }
}

/** Return the extension that a phone card shows, if there is one. */
export function chosenExtension(hass: Hass, config: PhoneConfig): Extension | undefined {
  const device = config.device || hass.entities[config.entity ?? ""]?.device_id;
  return findExtensions(hass).get(device ?? "");
}

/** Return the extensions of a switchboard, in no order. */
export function chosenExtensions(hass: Hass, config: SwitchboardConfig): Extension[] {
  const { devices = [], areas = [], labels = [], show = "all" } = config;
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

// Editors

/** Every phone, and nothing else, has an event entity. */
const PHONES = { integration: "ringcentral", entity: [{ integration: "ringcentral", domain: "event" }] };

const choice = (name: string, ...options: [value: string, word: Word][]) => (hass: Hass | undefined) => ({
  name,
  selector: {
    select: { mode: "dropdown", options: options.map(([value, word]) => ({ value, label: say(hass, word) })) },
  },
});
const field = (name: string, selector: Record<string, unknown>) => () => ({ name, selector });

type Field = (hass: Hass | undefined) => { name: string; selector: Record<string, unknown> };

const FORMS: Record<string, Field[]> = {
  phone: [
    field("device", { device: PHONES }),
    field("name", { text: {} }),
    choice("layout", ["full", "full"], ["tile", "tile"]),
    field("controls", { boolean: {} }),
    field("mask", { boolean: {} }),
  ],
  switchboard: [
    field("title", { text: {} }),
    field("devices", { device: { ...PHONES, multiple: true } }),
    field("areas", { area: { multiple: true, device: { integration: "ringcentral" } } }),
    field("labels", { label: { multiple: true } }),
    choice("show", ["all", "all"], ["people", "people"], ["queues", "queues"]),
    choice("sort", ["ringing", "ringing_first"], ["number", "number"], ["name", "name"]),
    field("toolbar", { boolean: {} }),
    field("mask", { boolean: {} }),
  ],
  missed: [field("title", { text: {} }), field("mask", { boolean: {} })],
};

const LABELS: Record<string, Word> = {
  device: "phone",
  devices: "phones",
  name: "name",
  layout: "layout",
  controls: "controls",
  mask: "mask",
  areas: "areas",
  labels: "labels",
  show: "show",
  sort: "sort",
  toolbar: "toolbar",
};

/** Return the form of a card's editor. The frontend asks for it without `hass`, so the page's own is used. */
export function configForm(kind: "phone" | "switchboard" | "missed", hass = pageHass()) {
  return {
    schema: (FORMS[kind] ?? []).map((describe) => describe(hass)),
    computeLabel: ({ name }: { name: string }) => {
      const word = LABELS[name];
      return word && say(hass, word);
    },
    assertConfig: (config: unknown) => checkConfig(kind, config),
  };
}

/** Return the frontend's own `hass`, for what is asked before a card has one. */
export function pageHass(): Hass | undefined {
  return document.querySelector<HTMLElement & { hass?: Hass }>("home-assistant")?.hass;
}
