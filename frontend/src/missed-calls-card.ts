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
  #localize: Hass["localize"] | undefined;
  #hour = 0;

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
    this.#unsubscribe();
  }

  /** What was today's becomes yesterday's at some hour, by the user's time zone. */
  protected isConcerned(before: Hass, now: Hass): boolean {
    return hasNewSurroundings(before, now) || this.#hour !== new Date().getHours();
  }

  protected render(hass: Hass, config: MissedCallsConfig): TemplateResult {
    // It is another one after a restart of Home Assistant, and once the integration is loaded: a subscription that came
    // before that has failed.
    if (this.#localize !== hass.localize) this.#unsubscribe();
    this.#localize = hass.localize;
    this.#hour = new Date().getHours();
    this.#subscription ??= this.#subscribe(hass);
    // Phones that are gone are not listed, and must not keep the others from being marked.
    const phones = [...this.#phones.values()].filter((phone) => hass.devices[phone.device_id]);
    const calls = listMissed(hass, phones, config.mask === true);
    const count = phones.reduce((sum, phone) => sum + phone.count, 0);
    return html`<ha-card>
      <div class="row head">
        <h2>${config.title ?? say(hass, "missed_calls")}</h2>
        ${
          count
            ? html`<span class="chip" data-tone="ringing">${count}</span>
                <button class="control" @click=${() => markSeen(hass, phones)}>${say(hass, "mark_seen")}</button>`
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
    // Until the integration is loaded, the command is not there.
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

  #unsubscribe(): void {
    this.#subscription?.then((end) => end?.()).catch(() => undefined);
    this.#subscription = undefined;
  }
}

/** One by one: the account of some may be out of reach. */
function markSeen(hass: Hass, phones: readonly MissedPhone[]): void {
  for (const { count, device_id } of phones) {
    if (count) hass.callService("ringcentral", "mark_missed_calls_seen", {}, { device_id }).catch(() => undefined);
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
