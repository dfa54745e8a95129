/** The card of missed calls, of all phones that the user may see. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import { checkConfig, configForm, type MissedCallsConfig } from "./config";
import { Card, styleSheet } from "./element";
import { hasNewSurroundings } from "./extensions";
import type { Hass } from "./hass";
import text from "./missed-calls-card.css?inline";
import { dateText, listMissed, SUBSCRIPTION, type MissedCall, type MissedPhone } from "./missed";
import { say } from "./words";

const MOST_SHOWN = 100;

const sheet = styleSheet(text);

export class MissedCallsCard extends Card<MissedCallsConfig> {
  readonly #phones = new Map<string, MissedPhone>();
  #subscription: Promise<(() => void) | undefined> | undefined;

  constructor() {
    super(sheet);
  }

  static getConfigForm() {
    return configForm("missed");
  }

  static getStubConfig(): Omit<MissedCallsConfig, "type"> {
    return {};
  }

  override setConfig(config: MissedCallsConfig): void {
    checkConfig("missed", config);
    super.setConfig(config);
  }

  getCardSize(): number {
    return 6;
  }

  getGridOptions() {
    return { columns: 12, min_columns: 6 };
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    void this.#subscription?.then((end) => end?.());
    this.#subscription = undefined;
  }

  protected isConcerned(before: Hass, now: Hass): boolean {
    return hasNewSurroundings(before, now);
  }

  protected render(hass: Hass, config: MissedCallsConfig): TemplateResult {
    this.#subscription ??= this.#subscribe(hass);
    const calls = listMissed(hass, this.#phones.values(), config.mask === true);
    const count = [...this.#phones.values()].reduce((sum, phone) => sum + phone.count, 0);
    return html`<ha-card>
      <div class="row head">
        <h2>${config.title ?? say(hass, "missed_calls")}</h2>
        ${
          count
            ? html`<span class="chip" data-tone="ringing">${count}</span>
                <button class="control" @click=${() => this.#markSeen(hass)}>${say(hass, "mark_seen")}</button>`
            : nothing
        }
      </div>
      ${
        calls.length
          ? html`<ul>${calls.slice(0, config.most ?? MOST_SHOWN).map((call) => renderCall(hass, call))}</ul>`
          : html`<p class="empty"><ha-icon icon="mdi:phone-check"></ha-icon>${say(hass, "none")}</p>`
      }
    </ha-card>`;
  }

  async #subscribe(hass: Hass): Promise<(() => void) | undefined> {
    // Without a loaded entry the command may not be there yet; the card then stays empty.
    return hass.connection
      ?.subscribeMessage<{ phones: MissedPhone[] }>(
        ({ phones }) => {
          for (const phone of phones) this.#phones.set(phone.device_id, phone);
          this.requestUpdate();
        },
        { type: SUBSCRIPTION },
      )
      .catch(() => undefined);
  }

  #markSeen(hass: Hass): void {
    const unseen = [...this.#phones.values()].filter((phone) => phone.count).map((phone) => phone.device_id);
    hass.callService("ringcentral", "mark_missed_calls_seen", {}, { device_id: unseen }).catch(() => undefined);
  }
}

function renderCall(hass: Hass, call: MissedCall): TemplateResult {
  const seconds = new Intl.NumberFormat(hass.locale?.language ?? "en", { style: "unit", unit: "second" });
  const details = [call.name && call.number, call.ringSeconds === undefined ? "" : seconds.format(Math.round(call.ringSeconds))];
  return html`<li class="row" data-tone=${call.isNew ? "new" : ""}>
    <span class="badge"><ha-icon icon="mdi:phone-missed"></ha-icon></span>
    <span class="lines">
      <bdi class="name">${call.name || call.number || say(hass, "unknown")}</bdi>
      <span class="detail">${details.filter(Boolean).map((detail, index) => html`${index ? " · " : ""}<bdi dir="ltr">${detail}</bdi>`)}</span>
    </span>
    <span class="side">
      <time datetime=${new Date(call.at).toISOString()}>${dateText(hass, call.at, Date.now())}</time>
      <bdi class="detail">${call.phone}</bdi>
    </span>
  </li>`;
}
