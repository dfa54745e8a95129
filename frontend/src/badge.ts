/** The badge of one extension, as small as the frontend's own. */
import type { TemplateResult } from "lit/html.js";
import text from "./badge.css?inline";
import type { BadgeConfig } from "./config";
import type { Extension } from "./extensions";
import type { Hass } from "./hass";
import type { Kit } from "./kit";
import type { ICONS as Icons } from "./phone";

/** Make the badge's element. */
export function makeBadge(kit: Kit) {
  const { Card, html, say } = kit;
  const sheet = kit.styleSheet(text);
  return class extends Card<BadgeConfig> {
    constructor() {
      super(sheet);
      new kit.Gestures(this, {
        selector: "button",
        actions: () => this.config ?? {},
        perform: (gesture) => kit.perform(this, this.config ?? {}, gesture, this.#extension?.entities["call_state"]),
      });
    }

    get #extension(): Extension | undefined {
      return this.hass && this.config && kit.chosenExtension(this.hass, this.config);
    }

    protected isConcerned(before: Hass, now: Hass): boolean {
      const { entities = {}, connection } = this.#extension ?? {};
      return kit.hasNewSurroundings(before, now) || kit.hasChanged(before, now, [...kit.SHOWN_KEYS.map((key) => entities[key]), connection]);
    }

    protected render(hass: Hass, config: BadgeConfig): TemplateResult {
      const extension = this.#extension;
      if (!extension) return this.#renderButton("unavailable", config.name || say(hass, "phone"), html`${say(hass, "not_found")}`);
      kit.askForPopup(this, config, [extension]);
      const phone = kit.describePhone(hass, extension, config.mask === true);
      this.announcer.update(hass, [phone], config.name);
      const [call] = phone.calls;
      const content = html`<span>${phone.word}</span>
        ${call ? html`<span class="rest">${kit.renderRest(kit.callerOf(hass, call))}</span> ${kit.renderTimer(call)}` : kit.nothing}`;
      return html`${this.#renderButton(phone.tone, config.name || extension.name, content)} ${this.announcer.render()}`;
    }

    #renderButton(tone: keyof typeof Icons, name: string, content: TemplateResult): TemplateResult {
      return html`<button data-tone=${tone}>
        <span class="icon"><ha-icon icon=${kit.ICONS[tone]}></ha-icon></span>
        <span class="info"><bdi class="label">${name}</bdi> <span class="content">${content}</span></span>
      </button>`;
    }
  };
}
