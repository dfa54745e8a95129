/** Rows of the frontend's own tile card: buttons that set the status, or Do Not Disturb, of the tile's phone. */
import type { TemplateResult } from "lit/html.js";
import text from "./feature-element.css?inline";
import type { Context, Feature } from "./feature-list";
import type { EntityState, Hass } from "./hass";
import type { Kit } from "./kit";

/** What stands for each option: words have no room. */
const ICONS: Record<string, string> = {
  available: "mdi:check-circle",
  busy: "mdi:minus-circle",
  offline: "mdi:circle-off-outline",
  take_all_calls: "mdi:phone",
  do_not_accept_any_calls: "mdi:phone-off",
  do_not_accept_queue_calls: "mdi:account-multiple-minus",
  take_queue_calls_only: "mdi:account-group",
};

/** Make the element of a feature. */
export function makeFeature(kit: Kit, { key, caption }: Feature) {
  const { Card, hasChanged, html, say } = kit;
  const sheet = kit.styleSheet(text);
  return class extends Card<object> {
    #context: Context | undefined;

    constructor() {
      super(sheet);
      this.config = {};
    }

    set context(context: Context | undefined) {
      this.#context = context;
      this.requestUpdate();
    }

    protected isConcerned(before: Hass, now: Hass): boolean {
      return kit.hasNewSurroundings(before, now) || hasChanged(before, now, [kit.selectOf(now, this.#context, key)]);
    }

    protected render(hass: Hass): TemplateResult {
      const state = hass.states[kit.selectOf(hass, this.#context, key) ?? ""];
      if (!state || state.state === "unavailable") return html`${kit.nothing}`;
      return html`<span class="unseen" id="caption">${say(hass, caption)}</span>
        ${kit.renderOptions(hass, state, "caption", (option) => this.#choose(hass, state, option), ICONS)}`;
    }

    #choose(hass: Hass, state: EntityState, option: string): void {
      if (option !== state.state) void kit.act(hass, "select.select_option", { option }, { entity_id: state.entity_id });
    }
  };
}
