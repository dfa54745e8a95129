/** A ringing phone is announced to screen readers once, however many cards show it. */
import { html, type TemplateResult } from "lit/html.js";
import type { Phone } from "./phone";

const announced = new Map<string, number>();
const REMEMBERED_FOR = 600_000;

/** Return the phones whose ringing call nobody has announced yet. */
export function newlyRinging(phones: Iterable<Phone>, now = Date.now()): Phone[] {
  for (const [key, at] of announced) if (now - at > REMEMBERED_FOR) announced.delete(key);
  return [...phones].filter((phone) => {
    const call = phone.calls[0];
    const key = `${phone.extension.id} ${call?.id}`;
    if (call?.state !== "ringing" || announced.has(key)) return false;
    announced.set(key, now);
    return true;
  });
}

/** Return the line that screen readers speak: at once while there is something to say. */
export function renderAnnouncement(text: string): TemplateResult {
  return html`<div class="unseen" role="status" aria-live=${text ? "assertive" : "polite"}>${text}</div>`;
}
