/** The card of recent calls, as the call log has them. */
import type { TemplateResult } from "lit/html.js";
import type { ListConfig } from "./config";
import { daysOf } from "./days";
import type { Hass } from "./hass";
import text from "./history.css?inline";
import type { Kit } from "./kit";
import { makeLiveCard } from "./live";
import { listRecent, type RecentCall, type ReportedPhone } from "./recent";
import { Rows, type Row } from "./rows";
import type { Word } from "./words";

const USUAL = 50;
const LIMIT = 500;

const INCOMING_ICONS: Record<string, string> = {
  answered_elsewhere: "mdi:phone-forward",
  blocked: "mdi:phone-cancel",
  in_progress: "mdi:phone-in-talk",
};
const KNOWN_OUTCOMES = [
  "answered",
  "answered_elsewhere",
  "blocked",
  "busy",
  "failed",
  "in_progress",
  "missed",
  "not_answered",
  "voicemail",
];
/** How long these took is how long somebody talked. Of a missed call, it is how long it rang; of others, nobody knows. */
const TALKED = ["answered", "in_progress"];

/** Make the card's element. */
export function makeRecentCalls(kit: Kit) {
  const { html, nothing, say } = kit;
  const sheet = kit.styleSheet(text);
  const outcomeOf = (hass: Hass, { outcome }: RecentCall): string =>
    say(hass, `outcome_${KNOWN_OUTCOMES.includes(outcome) ? outcome : "unknown"}` as Word);
  const iconOf = ({ isOutbound, isMissed, outcome }: RecentCall): string =>
    isOutbound ? "mdi:phone-outgoing" : isMissed ? "mdi:phone-missed" : (INCOMING_ICONS[outcome] ?? "mdi:phone-incoming");

  const lengthOf = (hass: Hass, { outcome, seconds }: RecentCall): string => {
    if (!seconds) return "";
    if (TALKED.includes(outcome)) return kit.timerText(0, seconds * 1000);
    return outcome === "missed" ? say(hass, "rang", { seconds: `${seconds}` }) : "";
  };

  function renderCall(hass: Hass, call: RecentCall, hasPhone: boolean): TemplateResult {
    const number = call.name && (call.number || (call.isWithheld && say(hass, "withheld")));
    const called = call.called || (call.isQueueCall && say(hass, "queue_call"));
    const length = lengthOf(hass, call);
    const direction = say(hass, call.isOutbound ? "outbound" : "inbound");
    const content = html`<span class="badge"
        ><ha-icon icon=${iconOf(call)} role="img" aria-label=${direction} title=${direction}></ha-icon
      ></span>
      <span class="lines">
        <span class="title">
          <bdi class="name">${kit.callerOf(hass, call)}</bdi>
          ${call.hasVoicemail ? renderSign(hass) : nothing}
        </span>
        <span class="detail parts">
          <span class="outcome">${outcomeOf(hass, call)}</span>
          ${length ? html`<span class="length">${length}</span>` : nothing}
          ${called ? html`<span><bdi>${called}</bdi></span>` : nothing}
          ${number ? html`<span><bdi dir=${call.number ? "ltr" : "auto"}>${number}</bdi></span>` : nothing}
        </span>
      </span>
      <span class="side">
        <time datetime=${new Date(call.at).toISOString()}>${kit.formatsOf(hass).time(call.at)}</time>
        ${hasPhone ? html`<bdi class="detail">${call.phone}</bdi>` : nothing}
      </span>`;
    const tone = call.isMissed ? "new" : "";
    return call.dial
      ? html`<a class="row" data-tone=${tone} href="tel:${call.dial}" title=${say(hass, "call_back")}>${content}</a>`
      : html`<div class="row" data-tone=${tone}>${content}</div>`;
  }

  const renderSign = (hass: Hass): TemplateResult => {
    const word = say(hass, "voicemail");
    return html`<ha-icon class="sign" icon="mdi:voicemail" role="img" aria-label=${word} title=${word}></ha-icon>`;
  };

  return class extends makeLiveCard(kit)<ReportedPhone> {
    protected readonly command = { type: "ringcentral/recent_calls", name: "phones", limit: LIMIT };
    readonly #rows = new Rows(kit);
    #isOnlyMissed = false;
    #isUnfolded = false;

    constructor() {
      super(sheet);
    }

    protected render(hass: Hass, config: ListConfig): TemplateResult {
      const phones = this.follow(hass, config);
      const all = listRecent(kit, hass, phones, config.mask === true);
      const calls = this.#isOnlyMissed ? all.filter(({ isMissed }) => isMissed) : all;
      const shown = calls.slice(0, this.#isUnfolded ? LIMIT : (config.most ?? USUAL));
      this.#rows.update(this.#arrange(hass, shown, phones.length > 1));
      return html`<ha-card>
        <div class="head">
          <h2>${config.title ?? say(hass, "recent_calls")}</h2>
          ${all.length ? this.#renderFilter(hass) : nothing}
        </div>
        ${this.renderNotice(hass, phones)}
        <div class="body">
          ${this.#rows.list}
          ${
            calls.length || !this.isKnown
              ? nothing
              : this.renderEmpty(hass, "mdi:phone-check", phones.length ? "none" : "no_call_log")
          }
          ${shown.length < calls.length ? this.#renderRest(hass, calls.length - shown.length) : nothing}
        </div>
      </ha-card>`;
    }

    /** Return the rows, with a heading where a day begins. */
    #arrange(hass: Hass, calls: readonly RecentCall[], hasPhone: boolean): Row[] {
      const days = daysOf(kit, hass);
      const now = Date.now();
      let day = "";
      return calls.flatMap((call): Row[] => {
        const row: Row = { key: call.key, kind: "item", content: renderCall(hass, call, hasPhone) };
        const key = days.key(call.at);
        if (key === day) return [row];
        day = key;
        return [{ key: `day ${key}`, kind: "day", content: html`<h3>${days.name(call.at, now)}</h3>` }, row];
      });
    }

    #renderFilter(hass: Hass): TemplateResult {
      const button = (word: Word, isOnlyMissed: boolean) => html`<button
        class="control"
        aria-pressed=${this.#isOnlyMissed === isOnlyMissed ? "true" : "false"}
        @click=${() => {
          this.#isOnlyMissed = isOnlyMissed;
          this.requestUpdate();
        }}
      >${say(hass, word)}</button>`;
      return html`<div class="filter">${button("all", false)}${button("outcome_missed", true)}</div>`;
    }

    #renderRest(hass: Hass, count: number): TemplateResult {
      const unfold = () => {
        this.#isUnfolded = true;
        this.requestUpdate();
      };
      return html`<button class="more" @click=${unfold}>${say(hass, "more", { count: `${count}` })}</button>`;
    }
  };
}
