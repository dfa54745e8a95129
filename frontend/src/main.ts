/** The module that Home Assistant loads: it defines the elements, and lists them in the frontend's pickers. */
import { loadForm, loadHistory, standIn } from "./chunks";
import { chosenExtension, type Kind } from "./config";
import { define } from "./define";
import { usualPhone } from "./extensions";
import { FEATURES, selectOf, type Context } from "./feature-list";
import { pageHass, type Hass } from "./hass";
import { MissedCallsCard } from "./missed-calls-card";
import { PhoneCard } from "./phone-card";
import { PhonesStrategy } from "./strategy";
import { SwitchboardCard } from "./switchboard-card";
import { loadWords, say, type Word } from "./words";

const documentationURL = "https://github.com/home-assistant-ringcentral/ringcentral/blob/main/docs/cards.md";

interface Listed {
  type: string;
  name: string;
  [option: string]: unknown;
}

/** The lists that the frontend reads. */
type List = "customCards" | "customBadges" | "customCardFeatures" | "customStrategies";

declare global {
  interface Window extends Partial<Record<List, Listed[]>> {}
}

/** Offer the phone card, large and small, for entities of phones of ours. */
export function suggest(hass: Hass, entity: string) {
  const isOurs = hass.entities[entity]?.platform === "ringcentral";
  const device = isOurs && chosenExtension(hass, { type: "", entity })?.id;
  if (!device) return null;
  const config = { type: "custom:ringcentral-phone", device };
  return [{ config }, { config: { ...config, layout: "tile" }, label: say(hass, "tile") }];
}

interface Row {
  tag: string;
  element: CustomElementConstructor;
  /** Where the frontend offers it, with what it does. */
  list: List;
  entry: { type?: string; [option: string]: unknown };
  name: Word;
  about?: Word[];
}

const badge = Object.assign(standIn("ringcentral-badge-content", "badge"), {
  getConfigForm: () => loadForm("badge"),
  getStubConfig: (hass: Hass) => ({ device: usualPhone(hass) }),
});

/** A card whose content is in the chunk of what happened while nobody looked. */
function listCard(tag: string, kind: Kind) {
  const element = class extends standIn(`${tag}-content`, kind, loadHistory) {
    override connectedCallback(): void {
      this.style.cssText = "display:block;height:100%";
      super.connectedCallback();
    }

    getCardSize(): number {
      return 6;
    }

    getGridOptions() {
      return { columns: 12, min_columns: 6 };
    }
  };
  return Object.assign(element, { getConfigForm: () => loadForm(kind), getStubConfig: () => ({}) });
}

const features = FEATURES.map(({ tag, key, caption }): Row => {
  const isSupported = (hass: Hass, context: Context) => selectOf(hass, context, key) !== undefined;
  return { tag, element: standIn(`${tag}-content`), list: "customCardFeatures", entry: { isSupported }, name: caption };
});

const CARD = { list: "customCards", entry: { preview: true } } as const;

const ELEMENTS: Row[] = [
  {
    tag: "ringcentral-phone",
    element: PhoneCard,
    list: "customCards",
    entry: { preview: true, getEntitySuggestion: suggest },
    name: "phone",
    about: ["call_state", "presence", "dnd"],
  },
  {
    tag: "ringcentral-switchboard",
    element: SwitchboardCard,
    ...CARD,
    name: "switchboard",
    about: ["phones", "ringing"],
  },
  {
    tag: "ringcentral-missed-calls",
    element: MissedCallsCard,
    ...CARD,
    name: "missed_calls",
    about: ["phones"],
  },
  {
    tag: "ringcentral-recent-calls",
    element: listCard("ringcentral-recent-calls", "recent"),
    ...CARD,
    name: "recent_calls",
    about: ["phones"],
  },
  {
    tag: "ringcentral-voicemail",
    element: listCard("ringcentral-voicemail", "voicemail"),
    ...CARD,
    name: "voicemail",
    about: ["phones"],
  },
  {
    tag: "ringcentral-badge",
    element: badge,
    list: "customBadges",
    entry: { preview: true },
    name: "phone",
    about: ["call_state"],
  },
  ...features,
  {
    tag: "ll-strategy-dashboard-ringcentral-phones",
    element: PhonesStrategy,
    list: "customStrategies",
    entry: { type: "ringcentral-phones", strategyType: "dashboard" },
    name: "phones",
    about: ["people", "queues", "missed_calls"],
  },
];

/** List something once, with texts that are read when they are shown, since only then the language is known. */
function offer({ tag, list, entry, name, about = [] }: Row): void {
  const listed = (window[list] ??= []);
  const one = { type: tag, ...entry, documentationURL };
  if (listed.some(({ type }) => type === one.type)) return;
  listed.push(
    Object.defineProperties(one as unknown as Listed, {
      name: { get: () => `RingCentral: ${say(pageHass(), name)}`, enumerable: true },
      description: { get: () => about.map((word) => say(pageHass(), word)).join(", "), enumerable: true },
    }),
  );
}

define("ringcentral-control", standIn("ringcentral-control-content"));
for (const row of ELEMENTS) {
  define(row.tag, row.element);
  offer(row);
}

// The pickers ask for words before a card has rendered.
const hass = pageHass();
if (hass) void loadWords(hass);
