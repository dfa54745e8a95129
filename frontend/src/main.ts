/** The module that Home Assistant loads: it defines the elements, and lists them in the frontend's pickers. */
import { chosenExtension, pageHass } from "./config";
import { define } from "./define";
import type { Hass } from "./hass";
import { MissedCallsCard } from "./missed-calls-card";
import { PhoneCard } from "./phone-card";
import { PhonesStrategy } from "./strategy";
import { SwitchboardCard } from "./switchboard-card";
import { say, type Word } from "./words";

const documentationURL = "https://github.com/home-assistant-ringcentral/ringcentral/blob/main/docs/cards.md";

interface Listed {
  type: string;
  name: string;
  [option: string]: unknown;
}

declare global {
  interface Window {
    customCards?: Listed[];
    customStrategies?: Listed[];
  }
}

/** Offer the phone card, large and small, for entities of phones of ours. */
export function suggest(hass: Hass, entity: string) {
  const isOurs = hass.entities[entity]?.platform === "ringcentral";
  const device = isOurs && chosenExtension(hass, { type: "", entity })?.id;
  if (!device) return null;
  const config = { type: "custom:ringcentral-phone", device };
  return [{ config }, { config: { ...config, layout: "tile" }, label: say(hass, "tile") }];
}

/** List something once, with texts that are read when they are shown, since only then the language is known. */
function list(listed: Listed[], entry: Omit<Listed, "name">, name: Word, ...about: Word[]) {
  if (listed.some((one) => one.type === entry.type)) return;
  listed.push(
    Object.defineProperties({ ...entry, documentationURL } as unknown as Listed, {
      name: { get: () => `RingCentral: ${say(pageHass(), name)}`, enumerable: true },
      description: { get: () => about.map((word) => say(pageHass(), word)).join(", "), enumerable: true },
    }),
  );
}

define("ringcentral-phone", PhoneCard);
define("ringcentral-switchboard", SwitchboardCard);
define("ringcentral-missed-calls", MissedCallsCard);
define("ll-strategy-dashboard-ringcentral-phones", PhonesStrategy);

const cards = (window.customCards ??= []);
const strategies = (window.customStrategies ??= []);
list(cards, { type: "ringcentral-phone", preview: true, getEntitySuggestion: suggest }, "phone", "call_state", "presence", "dnd");
list(cards, { type: "ringcentral-switchboard", preview: true }, "switchboard", "phones", "ringing");
list(cards, { type: "ringcentral-missed-calls", preview: true }, "missed_calls", "phones");
list(strategies, { type: "ringcentral-phones", strategyType: "dashboard" }, "phones", "people", "queues", "missed_calls");
