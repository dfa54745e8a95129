/** The card of one extension. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import { Gestures, perform } from "./actions";
import type { Call } from "./calls";
import { loadForm } from "./chunks";
import { checkConfig, chosenExtension, type PhoneConfig } from "./config";
import { CONTROL_KEYS, Controls, USUAL_CONTROLS } from "./controls";
import { Card, styleSheet } from "./element";
import { hasChanged, hasNewSurroundings, SHOWN_KEYS, usualPhone, type Extension } from "./extensions";
import type { Hass } from "./hass";
import { renderBadge, renderRest, renderTimer } from "./parts";
import { callerOf, describePhone, ICONS, initials, queueOf, type Phone, type Tone } from "./phone";
import text from "./phone-card.css?inline";
import { askForPopup } from "./popup-phones";
import { say, stateWord } from "./words";

const MOST_CALLS = 7;

const sheet = styleSheet(text);

export class PhoneCard extends Card<PhoneConfig> {
  readonly #controls = new Controls(() => this.requestUpdate());

  constructor() {
    super(sheet);
    new Gestures(this, {
      selector: "button.row",
      actions: () => this.config ?? {},
      perform: (gesture) => perform(this, this.config ?? {}, gesture, this.#mainEntity),
    });
  }

  static getConfigForm() {
    return loadForm("phone");
  }

  static getStubConfig(hass: Hass): Omit<PhoneConfig, "type"> {
    return { device: usualPhone(hass) };
  }

  override setConfig(config: PhoneConfig): void {
    checkConfig("phone", config);
    super.setConfig(config);
  }

  getCardSize(): number {
    return this.#isTile ? 1 : 3;
  }

  getGridOptions() {
    return this.#isTile ? { columns: 6, rows: 1, min_columns: 4, min_rows: 1 } : { columns: 12, min_columns: 6 };
  }

  get #isTile(): boolean {
    return this.config?.layout === "tile";
  }

  get #extension(): Extension | undefined {
    return this.hass && this.config && chosenExtension(this.hass, this.config);
  }

  protected isConcerned(before: Hass, now: Hass): boolean {
    const { entities = {}, connection } = this.#extension ?? {};
    const shown = [...SHOWN_KEYS, ...CONTROL_KEYS].map((key) => entities[key]);
    return hasNewSurroundings(before, now) || hasChanged(before, now, [...shown, connection]);
  }

  protected render(hass: Hass, config: PhoneConfig): TemplateResult {
    const extension = this.#extension;
    if (!extension) return this.#renderMissing(hass);
    askForPopup(this, config, [extension]);
    const phone = describePhone(hass, extension, config.mask === true);
    this.announcer.update(hass, [phone], this.#nameOf(phone));
    return html`<ha-card data-tone=${phone.tone}>
        ${this.#isTile ? this.#renderTile(hass, phone) : this.#renderFull(hass, phone)}
      </ha-card>
      ${this.announcer.render()}`;
  }

  #nameOf(phone: Phone): string {
    return this.config?.name || phone.extension.name;
  }

  get #mainEntity(): string | undefined {
    const { entities = {} } = this.#extension ?? {};
    return entities["call_state"] ?? Object.values(entities)[0];
  }

  #renderMissing(hass: Hass): TemplateResult {
    return html`<ha-card>
      <div class="row tile" data-tone="unavailable">
        ${renderBadge("unavailable")}
        <span class="lines"><span class="name">${this.config?.name || say(hass, "phone")}</span>
          <span class="detail">${say(hass, "not_found")}</span></span>
      </div>
    </ha-card>`;
  }

  #renderTile(hass: Hass, phone: Phone): TemplateResult {
    const [call] = phone.calls;
    return html`<button class="row tile" data-tone=${phone.tone}>
      ${renderBadge(phone.tone)}
      <span class="lines">
        <bdi class="name">${this.#nameOf(phone)}</bdi>
        <span class="detail state-first">
          <span class="state">${phone.word}</span>
          ${call || phone.problem ? html`<span class="rest">${renderRest(call ? callerOf(hass, call) : phone.problem)}</span>` : nothing}
        </span>
      </span>
      ${phone.calls.length > 1 ? html`<span class="chip">${phone.calls.length}</span>` : nothing} ${renderTimer(call)}
    </button>`;
  }

  #renderFull(hass: Hass, phone: Phone): TemplateResult {
    const presence = phone.presence && stateWord(hass, phone.extension.entities["presence"]);
    const details = [presence || phone.word, phone.problem].filter(Boolean);
    const name = this.#nameOf(phone);
    return html`<button class="row head">
        <span class="avatar" aria-hidden="true">
          ${initials(hass, name) || html`<ha-icon icon=${ICONS[phone.tone]}></ha-icon>`}
          ${phone.presence ? html`<span class="dot" data-tone=${phone.presence}></span>` : nothing}
        </span>
        <span class="lines">
          <bdi class="name">${name}</bdi>
          <span class="detail">${phone.extension.number ? html`<bdi dir="ltr">${phone.extension.number}</bdi> · ` : nothing}${details.join(" · ")}</span>
        </span>
        ${phone.dnd ? html`<span class="chip dnd"><ha-icon icon=${ICONS.dnd}></ha-icon>${phone.dnd}</span>` : nothing}
      </button>
      ${this.#renderCalls(hass, phone)} ${this.#renderControls(hass, phone.extension)}`;
  }

  #renderControls(hass: Hass, extension: Extension): TemplateResult | typeof nothing {
    const { hide_controls: isHidden, controls } = this.config ?? {};
    return isHidden ? nothing : this.#controls.render(hass, extension, controls ?? USUAL_CONTROLS);
  }

  #renderCalls(hass: Hass, phone: Phone): TemplateResult | typeof nothing {
    const count = phone.calls.length;
    if (!count) return nothing;
    return html`<ul class="calls">
      ${phone.calls.slice(0, MOST_CALLS).map((call) => this.#renderCall(hass, phone, call))}
      ${count > MOST_CALLS ? html`<li class="row">${say(hass, "more", { count: `${count - MOST_CALLS}` })}</li>` : nothing}
    </ul>`;
  }

  #renderCall(hass: Hass, phone: Phone, call: Call): TemplateResult {
    const queue = queueOf(hass, call);
    const number = call.name && (call.number || (call.isWithheld && say(hass, "withheld")));
    const { extension } = phone;
    const isKnown = [queue, extension.name, hass.devices[extension.id]?.name].includes(call.calledName);
    return html`<li class="row call" data-tone=${call.state}>
      ${renderBadge(call.state as Tone)}
      <span class="lines">
        <bdi class="name">${callerOf(hass, call)}</bdi>
        <span class="detail">
          ${number ? html`<bdi dir=${call.number ? "ltr" : "auto"}>${number}</bdi>` : nothing}
          ${queue ? html`<span class="chip"><ha-icon icon="mdi:account-group"></ha-icon><bdi>${queue}</bdi></span>` : nothing}
          ${call.calledName && !isKnown ? html`<span class="chip"><ha-icon icon="mdi:phone-incoming"></ha-icon><bdi>${call.calledName}</bdi></span>` : nothing}
        </span>
      </span>
      <span class="side">
        <span>${stateWord(hass, extension.entities["call_state"], call.state)}</span>
        ${renderTimer(call)}
      </span>
    </li>`;
  }
}
