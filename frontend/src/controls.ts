/** Buttons that set an extension's status and Do Not Disturb, as far as Home Assistant lets this user do that. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import { CONTROL_KEYS, type Extension } from "./extensions";
import type { EntityState, Hass } from "./hass";
import { say, stateWord } from "./words";

const CAPTIONS = { set_status: "presence", set_dnd: "dnd" } as const;

/** Return the controls that can be used now; nothing if there are none. */
export function renderControls(hass: Hass, extension: Extension): TemplateResult | typeof nothing {
  const groups = CONTROL_KEYS.flatMap((key) => {
    const state = hass.states[extension.entities[key] ?? ""];
    const options = state?.attributes["options"];
    if (!state || state.state === "unavailable" || !Array.isArray(options)) return [];
    return [renderGroup(hass, state, options, say(hass, CAPTIONS[key]), key)];
  });
  return groups.length ? html`<div class="controls">${groups}</div>` : nothing;
}

function renderGroup(hass: Hass, state: EntityState, options: string[], caption: string, key: string): TemplateResult {
  const focused = options.includes(state.state) ? state.state : options[0];
  return html`<div>
    <div class="detail" id=${key}>${caption}</div>
    <div class="options" role="radiogroup" aria-labelledby=${key} @keydown=${moveAmong}>
      ${options.map(
        (option) => html`<button
          class="control"
          role="radio"
          data-option=${option}
          aria-checked=${option === state.state ? "true" : "false"}
          tabindex=${option === focused ? 0 : -1}
          @click=${() => choose(hass, state, option)}
        >
          ${stateWord(hass, state.entity_id, option)}
        </button>`,
      )}
    </div>
  </div>`;
}

function choose(hass: Hass, state: EntityState, option: string): void {
  if (option === state.state) return;
  // The frontend itself tells the user what went wrong.
  hass.callService("select", "select_option", { option }, { entity_id: state.entity_id }).catch(() => undefined);
}

const STEPS: Record<string, number> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** Move the focus with the arrow keys; what is focused is chosen by Enter or Space, since each choice is a request. */
function moveAmong(event: KeyboardEvent): void {
  const group = event.currentTarget as HTMLElement;
  const step = STEPS[event.key];
  if (!step) return;
  const buttons = [...group.querySelectorAll("button")];
  const isMirrored = getComputedStyle(group).direction === "rtl" && /Left|Right/.test(event.key);
  const index = buttons.indexOf(event.target as HTMLButtonElement) + (isMirrored ? -step : step);
  buttons.at(index % buttons.length)?.focus();
  event.preventDefault();
}
