/** The card of one extension. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import { newlyRinging, renderAnnouncement } from "./announce";
import type { Call } from "./calls";
import { checkConfig, chosenExtension, configForm, type PhoneConfig } from "./config";
import { renderControls } from "./controls";
import { Card, styleSheet } from "./element";
import { CONTROL_KEYS, findExtensions, hasChanged, hasNewSurroundings, SHOWN_KEYS, type Extension } from "./extensions";
import { showMoreInfo, type Hass } from "./hass";
import { renderBadge, renderTimer } from "./parts";
import { callerOf, describePhone, ICONS, initials, queueOf, type Phone, type Tone } from "./phone";
import text from "./phone-card.css?inline";
import { say, stateWord } from "./words";

const MOST_CALLS = 7;

const sheet = styleSheet(text);

export class PhoneCard extends Card<PhoneConfig> {
  #announcement = "";

  constructor() {
    super(sheet);
  }

  static getConfigForm() {
    return configForm("phone");
  }

  static getStubConfig(hass: Hass): Omit<PhoneConfig, "type"> {
    const extensions = [...findExtensions(hass).values()];
    return { device: (extensions.find((one) => one.entities["set_status"]) ?? extensions[0])?.id ?? "" };
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
    const entities = this.#extension?.entities ?? {};
    return (
      hasNewSurroundings(before, now) ||
      hasChanged(before, now, [...SHOWN_KEYS, ...CONTROL_KEYS].map((key) => entities[key]))
    );
  }

  protected render(hass: Hass, config: PhoneConfig): TemplateResult {
    const extension = this.#extension;
    if (!extension) return this.#renderMissing(hass);
    const phone = describePhone(hass, extension, config.mask === true);
    const [call] = newlyRinging([phone]).map((ringing) => ringing.calls[0]);
    if (call) {
      this.#announcement = say(hass, "rings", { name: this.#nameOf(phone), caller: callerOf(hass, call) });
    } else if (phone.tone !== "ringing") {
      this.#announcement = "";
    }
    return html`<ha-card data-tone=${phone.tone}>
        ${this.#isTile ? this.#renderTile(hass, phone) : this.#renderFull(hass, phone)}
      </ha-card>
      ${renderAnnouncement(this.#announcement)}`;
  }

  #nameOf(phone: Phone): string {
    return this.config?.name || phone.extension.name;
  }

  #openMoreInfo = (): void => {
    const extension = this.#extension;
    showMoreInfo(this, extension?.entities["call_state"] ?? Object.values(extension?.entities ?? {})[0]);
  };

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
    return html`<button class="row tile" data-tone=${phone.tone} @click=${this.#openMoreInfo}>
      ${renderBadge(phone.tone)}
      <span class="lines">
        <bdi class="name">${this.#nameOf(phone)}</bdi>
        <span class="detail">${phone.word}${call ? html` · <bdi>${callerOf(hass, call)}</bdi>` : nothing}${phone.problem && ` · ${phone.problem}`}</span>
      </span>
      ${phone.calls.length > 1 ? html`<span class="chip">${phone.calls.length}</span>` : nothing}
      ${renderTimer(call)}
    </button>`;
  }

  #renderFull(hass: Hass, phone: Phone): TemplateResult {
    const presence = phone.presence && stateWord(hass, phone.extension.entities["presence"]);
    const details = [presence || phone.word, phone.problem].filter(Boolean);
    const name = this.#nameOf(phone);
    return html`<button class="row head" @click=${this.#openMoreInfo}>
        <span class="avatar" aria-hidden="true">
          ${initials(name) || html`<ha-icon icon=${ICONS[phone.tone]}></ha-icon>`}
          ${phone.presence ? html`<span class="dot" data-tone=${phone.presence}></span>` : nothing}
        </span>
        <span class="lines">
          <bdi class="name">${name}</bdi>
          <span class="detail">
            ${phone.extension.number ? html`<bdi dir="ltr">${phone.extension.number}</bdi> · ` : nothing}${details.join(" · ")}
          </span>
        </span>
        ${phone.dnd ? html`<span class="chip dnd"><ha-icon icon=${ICONS.dnd}></ha-icon>${phone.dnd}</span>` : nothing}
      </button>
      ${
        phone.calls.length
          ? html`<ul class="calls">
              ${phone.calls.slice(0, MOST_CALLS).map((call) => this.#renderCall(hass, phone, call))}
              ${phone.calls.length > MOST_CALLS ? html`<li class="row">+${phone.calls.length - MOST_CALLS}</li>` : nothing}
            </ul>`
          : nothing
      }
      ${this.config?.hide_controls ? nothing : renderControls(hass, phone.extension)}`;
  }

  #renderCall(hass: Hass, phone: Phone, call: Call): TemplateResult {
    const queue = queueOf(hass, call);
    const number = call.name && call.number;
    return html`<li class="row call" data-tone=${call.state}>
      ${renderBadge(call.state as Tone)}
      <span class="lines">
        <bdi class="name">${callerOf(hass, call)}</bdi>
        <span class="detail">
          ${number ? html`<bdi dir="ltr">${number}</bdi>` : nothing}
          ${queue ? html`<span class="chip"><ha-icon icon="mdi:account-group"></ha-icon><bdi>${queue}</bdi></span>` : nothing}
        </span>
      </span>
      <span class="side">
        <span>${stateWord(hass, phone.extension.entities["call_state"], call.state)}</span>
        ${renderTimer(call)}
      </span>
    </li>`;
  }
}
