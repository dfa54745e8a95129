/** The dashboard that builds itself from the registries: people, call queues, missed calls. */
import { findExtensions, type Extension } from "./extensions";
import type { Hass } from "./hass";
import { FEW } from "./switchboard";
import { say } from "./words";

/** Phones with controls get a card of their own, unless there are more of them than one looks at. */
const MOST_OWN = 4;

/** Missed calls beside the phones; their own view lists more. */
const MOST_MISSED = 5;

const missed = { type: "custom:ringcentral-missed-calls", grid_options: { columns: "full" } };

function switchboard(show: "people" | "queues") {
  return { type: "custom:ringcentral-switchboard", show, grid_options: { columns: "full" } };
}

function phone(extension: Extension) {
  return { type: "custom:ringcentral-phone", device: extension.id, grid_options: { columns: "full" } };
}

/** Return whether its status or Do Not Disturb can be set here. */
const isOwn = ({ entities }: Extension): boolean => "set_status" in entities || "set_dnd" in entities;

export class PhonesStrategy extends HTMLElement {
  static registryDependencies = ["entities", "devices"];
  static noEditor = true;

  static getCreateSuggestions(hass: Hass) {
    return { title: say(hass, "phones"), icon: "mdi:phone" };
  }

  static async generate(_config: unknown, hass: Hass) {
    const extensions = [...findExtensions(hass).values()];
    const people = extensions.filter((one) => one.isPerson);
    const own = people.filter(isOwn).slice(0, MOST_OWN);
    const isSmall = people.length <= FEW;
    const board = { type: "grid", column_span: isSmall ? 1 : 3, cards: [switchboard("people")] };
    const mine = { type: "grid", cards: [...own.map(phone), { ...missed, most: MOST_MISSED }] };
    // Beside each other where there is room; a large switchboard takes the first rows of a small screen.
    const sections = own.length ? (isSmall ? [mine, board] : [board, mine]) : [board];
    const view = (title: string, path: string, columns: number) => ({ title, path, type: "sections", max_columns: columns });
    return {
      views: [
        { ...view(say(hass, "people"), "people", isSmall && own.length ? 2 : 4), sections },
        ...(extensions.length > people.length
          ? [
              {
                ...view(say(hass, "queues"), "queues", 3),
                sections: [{ type: "grid", column_span: 3, cards: [switchboard("queues")] }],
              },
            ]
          : []),
        {
          ...view(say(hass, "missed_calls"), "missed", 2),
          sections: [{ type: "grid", column_span: 2, cards: [missed] }],
        },
      ],
    };
  }
}
