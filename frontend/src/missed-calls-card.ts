/** The card of missed calls, of all chosen phones that the user may see. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import { loadForm } from "./chunks";
import { checkConfig, chosenExtensions, MOST_MISSED, type MissedCallsConfig } from "./config";
import { Card, styleSheet } from "./element";
import { hasNewSurroundings } from "./extensions";
import { formatsOf } from "./format";
import { act, type Hass } from "./hass";
import { listMissed, SUBSCRIPTION, type MissedCall, type MissedPhone } from "./missed";
import text from "./missed-calls-card.css?inline";
import { callerOf } from "./phone";
import { say } from "./words";

const sheet = styleSheet(text);

export class MissedCallsCard extends Card<MissedCallsConfig> {
  readonly #phones = new Map<string, MissedPhone>();
  #subscription: Promise<(() => void) | undefined> | undefined;
  #localize: Hass["localize"] | undefined;
  #hour = 0;
  #isUnfolded = false;

  constructor() {
    super(sheet);
  }

  static getConfigForm() {
    return loadForm("missed");
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
    // Phones that are gone, or whose account is, must not keep the others from being marked.
    const chosen = new Map(chosenExtensions(hass, config).map((one) => [one.id, one]));
    const phones = [...this.#phones.values()].filter(({ device_id: id }) => chosen.has(id));
    const rows = listMissed(hass, phones, config.mask === true);
    const shown = this.#isUnfolded ? rows : rows.slice(0, config.most ?? MOST_MISSED);
    return html`<ha-card>
      ${this.#renderHead(hass, config, phones)}
      ${
        rows.length
          ? html`<ul>${shown.map((call) => renderCall(hass, call))}</ul>`
          : html`<p class="empty"><ha-icon icon="mdi:phone-check"></ha-icon>${say(hass, "none")}</p>`
      }
      ${shown.length < rows.length ? this.#renderRest(hass, rows.slice(shown.length)) : nothing}
    </ha-card>`;
  }

  #renderHead(hass: Hass, config: MissedCallsConfig, phones: readonly MissedPhone[]): TemplateResult {
    const fresh = phones.filter(({ count }) => count > 0);
    const count = fresh.reduce((sum, phone) => sum + phone.count, 0);
    const devices = fresh.map(({ device_id }) => device_id);
    const mark = () => void act(hass, "ringcentral.mark_missed_calls_seen", {}, { device_id: devices });
    return html`<div class="head">
      <h2>${config.title ?? say(hass, "missed_calls")}</h2>
      ${
        count
          ? html`<span class="chip" data-tone="new">${count}</span>
              <button class="control" @click=${mark}>${say(hass, "mark_seen")}</button>`
          : nothing
      }
    </div>`;
  }

  #renderRest(hass: Hass, rows: readonly MissedCall[]): TemplateResult {
    const count = rows.reduce((sum, row) => sum + row.count, 0);
    const unfold = () => {
      this.#isUnfolded = true;
      this.requestUpdate();
    };
    return html`<button class="more" @click=${unfold}>${say(hass, "more", { count: `${count}` })}</button>`;
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

function renderCall(hass: Hass, call: MissedCall): TemplateResult {
  const name = callerOf(hass, call);
  const number = call.name && (call.number || (call.isWithheld && say(hass, "withheld")));
  const rang = call.ringSeconds === undefined ? "" : say(hass, "rang", { seconds: `${Math.round(call.ringSeconds)}` });
  const content = html`<span class="badge"><ha-icon icon="mdi:phone-missed"></ha-icon></span>
    <span class="lines">
      <span class="title">
        <bdi class="name">${name}</bdi>
        ${call.count > 1 ? html`<span class="chip times" dir="ltr">${call.count} ×</span>` : nothing}
      </span>
      <span class="detail">
        ${number ? html`<bdi dir=${call.number ? "ltr" : "auto"}>${number}</bdi>` : nothing}
        ${number && rang ? "·" : nothing}
        ${rang ? html`<span>${rang}</span>` : nothing}
      </span>
    </span>
    <span class="side">
      <time datetime=${new Date(call.at).toISOString()}>${formatsOf(hass).date(call.at, Date.now())}</time>
      <bdi class="detail">${call.phone}</bdi>
    </span>`;
  const tone = call.isNew ? "new" : "";
  return html`<li>
    ${
      call.dial
        ? html`<a class="row" data-tone=${tone} href="tel:${call.dial}" title=${say(hass, "call_back")}>${content}</a>`
        : html`<div class="row" data-tone=${tone}>${content}</div>`
    }
  </li>`;
}
