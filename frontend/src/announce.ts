/** A ringing call is announced to screen readers once, by a card that is really shown. */
import { html, type TemplateResult } from "lit/html.js";
import type { Call } from "./calls";
import type { Hass } from "./hass";
import { callerOf, type Phone } from "./phone";
import { say } from "./words";

interface Ring {
  phone: Phone;
  call: Call;
}

const announced = new Map<string, number>();
const REMEMBERED_FOR = 600_000;

const isShown = (card: Element): boolean => card.isConnected && (card.checkVisibility?.() ?? true);

const ringsOf = (phones: readonly Phone[]): Ring[] =>
  phones.flatMap((phone) => phone.calls.filter(({ state }) => state === "ringing").map((call) => ({ phone, call })));

/** Return the ringing calls that nobody has announced yet; from now on, they are. */
export function newlyRinging(phones: readonly Phone[], now = Date.now()): Ring[] {
  for (const [key, at] of announced) if (now - at > REMEMBERED_FOR) announced.delete(key);
  return ringsOf(phones).filter(({ phone, call }) => {
    const key = `${phone.extension.id} ${call.id}`;
    const isNew = !announced.has(key);
    announced.set(key, now);
    return isNew;
  });
}

/** The line of a card that screen readers speak. */
export class Announcer {
  #text = "";
  /** Whether something rings that could not be announced, because the card is hidden. */
  isWaiting = false;

  constructor(private readonly card: Element) {}

  /** Announce what has begun to ring; `name` is what the card calls its phone. */
  update(hass: Hass, phones: readonly Phone[], name?: string): void {
    const isRinging = ringsOf(phones).length > 0;
    this.isWaiting = isRinging && !isShown(this.card);
    const rings = this.isWaiting ? [] : newlyRinging(phones);
    if (!rings.length && isRinging) return;
    this.#text = rings
      .map(({ phone, call }) => say(hass, "rings", { name: name || phone.extension.name, caller: callerOf(hass, call) }))
      .join(" ");
  }

  /** Return the line: spoken at once while there is something to say. */
  render(): TemplateResult {
    return html`<div class="unseen" role="status" aria-live=${this.#text ? "assertive" : "polite"}>${this.#text}</div>`;
  }
}
