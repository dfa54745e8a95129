/** The dashboard that builds itself from the registries: people, call queues, missed calls, recent calls and voicemail. */
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

/** No answer is as good as that there is nothing. */
const PATIENCE = 2000;

/** Return whether the log of any phone is read: no entity says that. */
async function hasCallLog({ connection }: Hass): Promise<boolean> {
  return new Promise((done) => {
    setTimeout(() => done(false), PATIENCE);
    const command = { type: "ringcentral/recent_calls", limit: 1 };
    const receive = ({ phones }: { phones: unknown[] }) => done(phones.length > 0);
    connection?.subscribeMessage(receive, command).then(
      (end) => end(),
      () => done(false),
    );
  });
}

/** Make the views. */
export async function makeDashboard({ FEW, findExtensions, say }: Kit, config: DashboardConfig, hass: Hass) {
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
  const hasVoicemail = people.some(({ entities }) => "unread_voicemails" in entities);
  const history = [...((await hasCallLog(hass)) ? ["recent-calls"] : []), ...(hasVoicemail ? ["voicemail"] : [])];
  const recent = {
    ...view(say(hass, history[0] === "voicemail" ? "voicemail" : "recent_calls"), "history", 2),
    sections: history.map((type) => ({ type: "grid", column_span: 3 - history.length, cards: [card(type, config)] })),
  };
  return {
    views: [
      { ...view(say(hass, "people"), "people", isSmall && own.length ? 2 : 4), sections },
      ...(extensions.length > people.length ? [queues] : []),
      {
        ...view(say(hass, "missed_calls"), "missed", 2),
        sections: [{ type: "grid", column_span: 2, cards: [missed()] }],
      },
      ...(history.length ? [recent] : []),
    ],
  };
}
