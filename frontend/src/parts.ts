/** Parts that more than one card shows. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import type { Call } from "./calls";
import { ICONS, type Tone } from "./phone";

export function renderBadge(tone: Tone): TemplateResult {
  return html`<span class="badge"><ha-icon icon=${ICONS[tone] ?? ICONS.idle}></ha-icon></span>`;
}

/** Return the time since a call began; countTimers fills it in. */
export function renderTimer(call: Call | undefined): TemplateResult | typeof nothing {
  if (call?.startedAt === undefined) return nothing;
  return html`<span class="timer" role="timer" aria-live="off" data-since=${call.startedAt}></span>`;
}

/** Return what stands behind a state, in a writing direction of its own. */
export function renderRest(text: string): TemplateResult {
  return html`<span><bdi>${text}</bdi></span>`;
}
