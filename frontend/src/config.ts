/** The cards' options: what is accepted, and which phones they choose. Their editors' forms are in editors.ts. */
import type { Actions } from "./actions";
import { CONTROLS, type ControlName } from "./controls";
import { findExtensions, type Extension } from "./extensions";
import type { Hass } from "./hass";
import type { Sort } from "./switchboard";

/** Which extensions: these, and those of these areas and labels; all if none of the three is given. */
interface Choice {
  devices?: string[];
  areas?: string[];
  labels?: string[];
  show?: "all" | "people" | "queues";
}

interface OnePhone {
  type: string;
  /** The extension, by its device or by any of its entities. */
  device?: string;
  entity?: string;
  name?: string;
  mask?: boolean;
  popup?: boolean;
}

export interface PhoneConfig extends OnePhone, Actions {
  layout?: "full" | "tile";
  controls?: ControlName[];
  hide_controls?: boolean;
}

export interface BadgeConfig extends OnePhone, Actions {}

export interface SwitchboardConfig extends Choice, Actions {
  type: string;
  title?: string;
  sort?: Sort;
  toolbar?: boolean;
  mask?: boolean;
  popup?: boolean;
}

export interface MissedCallsConfig extends Choice {
  type: string;
  title?: string;
  mask?: boolean;
  /** How many rows are shown at most. */
  most?: number;
}

/** Of recent calls, and of voicemails, which have people only. */
export type ListConfig = MissedCallsConfig;

export interface DashboardConfig {
  mask?: boolean;
  /** The devices of the phones that open a popup. */
  popup?: string[];
}

/** What an option can be: in words, and whether a value is that. */
type Check = readonly [expected: string, isPossible: (value: unknown) => boolean];

const isText = (value: unknown): boolean => typeof value === "string";
const TEXT: Check = ["a text", isText];
const TEXTS: Check = ["a list of texts", (value) => Array.isArray(value) && value.every(isText)];
const FLAG: Check = ["true or false", (value) => typeof value === "boolean"];
const ACTION: Check = ["an action", (value) => isText((value as { action?: unknown }).action)];
const oneOf = (...words: string[]): Check => [words.join(", "), (value) => words.includes(value as string)];
const listOf = (...words: string[]): Check => [
  `a list of ${words.join(", ")}`,
  (value) => Array.isArray(value) && value.every((one) => words.includes(one)),
];
const upTo = (most: number): Check => [
  `a whole number from 1 to ${most}`,
  (value) => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= most,
];

export const MOST_MISSED = 100;
/** As many calls as are asked for. */
export const MOST_RECENT = 500;

const ONE_PHONE = { device: TEXT, entity: TEXT, name: TEXT, mask: FLAG, popup: FLAG };
const PLACES = { devices: TEXTS, areas: TEXTS, labels: TEXTS };
const CHOICE = { ...PLACES, show: oneOf("all", "people", "queues") };
const LIST = { title: TEXT, mask: FLAG };
const ACTIONS = { tap_action: ACTION, hold_action: ACTION, double_tap_action: ACTION };

/** The options of each card, of the badge, of the features, and of the dashboard. */
export const OPTIONS = {
  phone: {
    ...ONE_PHONE,
    ...ACTIONS,
    layout: oneOf("full", "tile"),
    controls: listOf(...CONTROLS.map(({ name }) => name)),
    hide_controls: FLAG,
  },
  badge: { ...ONE_PHONE, ...ACTIONS },
  switchboard: {
    ...CHOICE,
    ...ACTIONS,
    title: TEXT,
    sort: oneOf("ringing", "number", "name"),
    toolbar: FLAG,
    mask: FLAG,
    popup: FLAG,
  },
  missed: { ...CHOICE, ...LIST, most: upTo(MOST_MISSED) },
  recent: { ...CHOICE, ...LIST, most: upTo(MOST_RECENT) },
  voicemail: { ...PLACES, ...LIST, most: upTo(MOST_MISSED) },
  dashboard: { mask: FLAG, popup: TEXTS },
} as const satisfies Record<string, Record<string, Check>>;

export type Kind = keyof typeof OPTIONS;

/** Return whether two words differ in no more than two letters that stand beside each other. */
function isMisspelt(one: string, other: string): boolean {
  const [shortest, longest] = [Math.min(one.length, other.length), Math.max(one.length, other.length)];
  let same = 0;
  while (same < shortest && one[same] === other[same]) same += 1;
  const start = same;
  while (same < shortest && one.at(start - same - 1) === other.at(start - same - 1)) same += 1;
  return longest - same <= 2;
}

/** Throw for an option with a value that it cannot have, and for a name that is nearly that of an option; others are the frontend's. */
export function checkConfig(kind: Kind, config: object): void {
  const options: Record<string, Check> = OPTIONS[kind];
  for (const [name, value] of Object.entries(config)) {
    if (Object.hasOwn(options, name)) {
      const [expected, isPossible] = options[name]!;
      if (value != null && !isPossible(value)) {
        throw new Error(`${name}: ${JSON.stringify(value)} is not possible; it has to be ${expected}`);
      }
    } else {
      const meant = Object.keys(options).find((option) => isMisspelt(name, option));
      if (meant) throw new Error(`${name} is not an option; did you mean ${meant}?`);
    }
  }
}

/** Return the extension that a phone card shows, if there is one. */
export function chosenExtension(hass: Hass, config: OnePhone): Extension | undefined {
  const device = config.device || hass.entities[config.entity ?? ""]?.device_id;
  return findExtensions(hass).get(device ?? "");
}

/** Return the extensions that are chosen, in no order. */
export function chosenExtensions(hass: Hass, config: Choice): Extension[] {
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
