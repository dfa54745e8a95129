/** The dashboard that builds itself from the registries: people, call queues, missed calls. */
import type { DashboardConfig } from "./config";
import type { Extension } from "./extensions";
import type { Hass } from "./hass";
import type { Kit } from "./kit";

/** Phones with controls get a card of their own, unless there are more of them than one looks at. */
const MOST_OWN = 4;

/** Missed calls beside the phones; their own view lists more. */
const MOST_MISSED = 5;

/** Return a card that is as wide as its section. */
function card(type: string, config: DashboardConfig, options: object = {}) {
  const mask = config.mask ? { mask: true } : {};
  return { type: `custom:ringcentral-${type}`, ...options, ...mask, grid_options: { columns: "full" } };
}

/** Return whether its status or Do Not Disturb can be set here. */
const isOwn = ({ entities }: Extension): boolean => "set_status" in entities || "set_dnd" in entities;

/** Make the views. */
export function makeDashboard({ FEW, findExtensions, say }: Kit, config: DashboardConfig, hass: Hass) {
  const extensions = [...findExtensions(hass).values()];
  const people = extensions.filter((one) => one.isPerson);
  const own = people.filter(isOwn).slice(0, MOST_OWN);
  const isSmall = people.length <= FEW;
  const missed = (options = {}) => card("missed-calls", config, options);
  const switchboard = (show: string) => card("switchboard", config, { show });
  const phones = own.map(({ id }) => card("phone", config, { device: id }));
  const board = { type: "grid", column_span: isSmall ? 1 : 3, cards: [switchboard("people")] };
  const mine = { type: "grid", cards: [...phones, missed({ most: MOST_MISSED })] };
  // Beside each other where there is room; a large switchboard takes the first rows of a small screen.
  const sections = own.length ? (isSmall ? [mine, board] : [board, mine]) : [board];
  const view = (title: string, path: string, columns: number) => ({ title, path, type: "sections", max_columns: columns });
  const queues = {
    ...view(say(hass, "queues"), "queues", 3),
    sections: [{ type: "grid", column_span: 3, cards: [switchboard("queues")] }],
  };
  return {
    views: [
      { ...view(say(hass, "people"), "people", isSmall && own.length ? 2 : 4), sections },
      ...(extensions.length > people.length ? [queues] : []),
      {
        ...view(say(hass, "missed_calls"), "missed", 2),
        sections: [{ type: "grid", column_span: 2, cards: [missed()] }],
      },
    ],
  };
}
