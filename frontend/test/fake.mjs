/** A small office as the frontend knows it, for unit tests and for pages; it imports nothing, so that it runs in both. */

const WORDS = {
  idle: "Idle",
  ringing: "Ringing",
  connected: "Connected",
  dialing: "Dialing",
  on_hold: "On hold",
  parked: "Parked",
  available: "Available",
  busy: "Busy",
  offline: "Offline",
  take_all_calls: "Off",
  do_not_accept_any_calls: "Do not disturb",
  unavailable: "Unavailable",
};

/** Return a text of the integration's translations, which the tests put beside this module, as Home Assistant would. */
export function translate(language, key, fill = {}) {
  const texts = globalThis.TRANSLATIONS ?? {};
  const find = (one) => key.replace("component.ringcentral.", "").split(".").reduce((node, part) => node?.[part], texts[one]);
  const text = key.startsWith("component.ringcentral.") ? (find(language) ?? find("en")) : undefined;
  return typeof text === "string" ? text.replace(/\{(\w+)\}/g, (_, name) => fill[name] ?? "") : "";
}

const DND = ["take_all_calls", "do_not_accept_any_calls", "do_not_accept_queue_calls", "take_queue_calls_only"];
const NAMES = ["Front Desk", "Alice Moreau", "Ben Okafor", "Carla Jensen", "David Lindqvist"];

export function call(state, fields = {}) {
  return {
    call_id: `${state}-${fields.from ?? ""}-${fields.from_name ?? ""}`,
    state,
    direction: "inbound",
    queue: false,
    queue_name: null,
    from: "+14155550123",
    from_name: "John Wang",
    to: "101",
    to_name: null,
    start: new Date(Date.now() - 65_000).toISOString(),
    ...fields,
  };
}

/** What is called to send something to who has subscribed, and what its events list. */
const LISTS = {
  missed_calls: ["sendMissed", "phones"],
  recent_calls: ["sendCalls", "phones"],
  voicemails: ["sendMailboxes", "mailboxes"],
};

export class FakeOffice {
  constructor({ people = 3, language = "en", queues = 0, dnd = DND.slice(0, 2), hasAllControls = false } = {}) {
    this.actions = [];
    this.commands = [];
    this.subscriptions = [];
    /** What is sent at once to who subscribes. */
    this.reported = { phones: [], mailboxes: [] };
    this.answer = () => ({});
    this.loaded = [];
    this.language = language;
    const entities = {};
    const devices = { account: { id: "account", name: "Account" }, lamp: { id: "lamp", name: "Lamp", model_id: "E27" } };
    const add = (device, domain, key, platform = "ringcentral") => {
      const entity_id = `${domain}.${device}_${key}`;
      entities[entity_id] = { entity_id, platform, translation_key: key, device_id: device, labels: [] };
      return entity_id;
    };
    this.hass = {
      states: {},
      entities,
      devices,
      locale: { language, time_format: "24" },
      config: { time_zone: "UTC" },
      connected: true,
      localize: (key, fill) => translate(language, key, fill),
      loadBackendTranslation: async (...asked) => void this.loaded.push(asked),
      formatEntityState: (state, value) => this.word(state, value ?? state.state),
      callService: async (...action) => void this.actions.push(action),
      connection: {
        subscribeMessage: async (receive, { type }) => {
          const [send, list] = LISTS[type.replace("ringcentral/", "")];
          this.subscriptions.push(type);
          this[send] = (all) => receive({ [list]: all });
          if (send !== "sendMissed") this[send](this.reported[list]);
          return () => (this[send] = undefined);
        },
        sendMessagePromise: async (command) => {
          this.commands.push(command);
          return this.answer(command);
        },
      },
    };
    this.set(add("lamp", "light", "lamp", "hue"), "on");
    this.set(add("account", "binary_sensor", "connection"), "on");
    for (let index = 0; index < people + queues; index += 1) {
      const id = `phone${index}`;
      const name = NAMES[index] ?? `Person ${index}`;
      devices[id] = { id, name, model_id: `${101 + index}`, via_device_id: "account", area_id: null, labels: [] };
      this.set(add(id, "sensor", "call_state"), "idle", { calls: [] });
      this.set(add(id, "event", "call"), "unknown");
      if (index >= people) continue;
      this.set(add(id, "sensor", "presence"), "available");
      this.set(add(id, "sensor", "dnd"), "take_all_calls");
      if (index > 0) continue;
      this.set(add(id, "select", "set_status"), "available", { options: ["available", "busy", "offline"] });
      this.set(add(id, "select", "set_dnd"), "take_all_calls", { options: dnd });
      if (!hasAllControls) continue;
      this.set(add(id, "text", "set_status_message"), "At my desk", { max: 75 });
      this.set(add(id, "switch", "set_accept_queue_calls"), "on");
      this.set(add(id, "switch", "set_see_my_presence"), "off");
    }
  }

  /** Return a state in the office's language: the integration's text of the entity, else the tests' own. */
  word({ entity_id: id }, value) {
    const key = this.hass.entities[id]?.translation_key;
    const text = translate(this.language, `component.ringcentral.entity.${id.split(".")[0]}.${key}.state.${value}`);
    return text || WORDS[value] || value;
  }

  /** Give an entity another state; as in the frontend, what has not changed stays the same object. */
  set(entity_id, state, attributes = {}) {
    const states = { ...this.hass.states, [entity_id]: { entity_id, state, attributes } };
    this.hass = { ...this.hass, states };
    return this.hass;
  }

  calls(index, ...calls) {
    return this.set(`sensor.phone${index}_call_state`, calls[0]?.state ?? "idle", { calls });
  }
}
