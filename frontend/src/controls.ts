/** What can be set of an extension, as far as Home Assistant lets this user do that: a row of a table each. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import type { Extension } from "./extensions";
import { formatsOf } from "./format";
import { act, type EntityState, type Hass } from "./hass";
import { say, stateWord, type Word } from "./words";

interface Control {
  /** What options call it. */
  name: string;
  kind: "select" | "switch" | "text" | "duration";
  /** The entity that sets it, by its translation key. */
  key?: string;
  /** What it is called, if not as its entity. */
  caption?: Word;
  /** The field of the action that sets it for a time. */
  field?: string;
}

export const CONTROLS = [
  { name: "duration", kind: "duration" },
  { name: "status", kind: "select", key: "set_status", caption: "my_status", field: "status" },
  { name: "do_not_disturb", kind: "select", key: "set_dnd", caption: "dnd", field: "do_not_disturb" },
  { name: "status_message", kind: "text", key: "set_status_message" },
  { name: "accept_queue_calls", kind: "switch", key: "set_accept_queue_calls" },
  { name: "see_my_presence", kind: "switch", key: "set_see_my_presence" },
  { name: "pick_up_calls_on_hold", kind: "switch", key: "set_pick_up_calls_on_hold" },
  { name: "ring_on_monitored_call", kind: "switch", key: "set_ring_on_monitored_call" },
] as const satisfies Control[];

export type ControlName = (typeof CONTROLS)[number]["name"];

/** What is shown unless the options say otherwise. */
export const USUAL_CONTROLS: readonly ControlName[] = ["duration", "status", "do_not_disturb"];

/** Entities of controls, by their translation keys. */
export const CONTROL_KEYS: readonly string[] = CONTROLS.flatMap((control: Control) => control.key ?? []);

/** Minutes for which something can be set. */
const DURATIONS = [15, 30, 60, 120, 240, 480];
const MINUTE = 60_000;

const captionOf = (hass: Hass, { caption, kind, key }: Control): string =>
  caption ? say(hass, caption) : hass.localize(`component.ringcentral.entity.${kind}.${key}.name`);

/** The controls of one card, with what the user has chosen there but not yet sent. */
export class Controls {
  /** Where the user chooses minutes; 0 is for good. */
  #duration: HTMLSelectElement | undefined;
  /** What was set here for a time, by control. */
  readonly #temporary = new Map<string, { option: string; until: number }>();

  constructor(private readonly requestUpdate: () => void) {}

  /** Return the chosen controls that can be used now; nothing if there are none. */
  render(hass: Hass, extension: Extension, names: readonly ControlName[]): TemplateResult | typeof nothing {
    const chosen: Control[] = CONTROLS.filter(({ name }) => names.includes(name));
    const shown = chosen.flatMap((control) => {
      const state = hass.states[extension.entities[control.key ?? ""] ?? ""];
      const row = state && state.state !== "unavailable" && this.#row(hass, extension, control, state);
      return row ? [{ row, isTimed: control.field !== undefined }] : [];
    });
    if (!shown.length) return nothing;
    const hasDuration = names.includes("duration") && shown.some(({ isTimed }) => isTimed);
    return html`<div class="controls">${hasDuration ? this.#renderDuration(hass) : nothing}${shown.map(({ row }) => row)}</div>`;
  }

  #row(hass: Hass, extension: Extension, control: Control, state: EntityState): TemplateResult | undefined {
    if (control.kind !== "select") {
      const context = { kind: control.kind, caption: captionOf(hass, control), state };
      return html`<ringcentral-control .context=${context} .hass=${hass}></ringcentral-control>`;
    }
    const options = optionsOf(state);
    if (!options.length) return undefined;
    return html`<div>
      <div class="caption" id=${control.name}>${captionOf(hass, control)}${this.#renderEnd(hass, control, state)}</div>
      ${renderOptions(hass, state, control.name, (option) => this.#choose(hass, extension, control, state, option))}
    </div>`;
  }

  #renderDuration(hass: Hass): TemplateResult {
    const change = (event: Event) => (this.#duration = event.target as HTMLSelectElement);
    return html`<select class="control duration" aria-label=${say(hass, "duration")} @change=${change}>
      ${[0, ...DURATIONS].map(
        (minutes) => html`<option value=${minutes}>${minutes ? formatsOf(hass).duration(minutes) : say(hass, "until_changed")}</option>`,
      )}
    </select>`;
  }

  /** Return until when it is as it is, as far as this card has set that. */
  #renderEnd(hass: Hass, { name }: Control, state: EntityState): string {
    const temporary = this.#temporary.get(name);
    if (!temporary || temporary.until <= Date.now() || temporary.option !== state.state) return "";
    return ` · ${say(hass, "until", { time: formatsOf(hass).time(temporary.until) })}`;
  }

  #choose(hass: Hass, extension: Extension, { name, field }: Control, state: EntityState, option: string): void {
    const minutes = Number(this.#duration?.value ?? 0);
    this.#temporary.delete(name);
    if (!minutes) {
      this.requestUpdate();
      if (option !== state.state) void act(hass, "select.select_option", { option }, { entity_id: state.entity_id });
      return;
    }
    const data = { [field!]: option, duration: { minutes } };
    void act(hass, "ringcentral.set_presence", data, { device_id: extension.id }).then((isDone) => {
      if (isDone) this.#temporary.set(name, { option, until: Date.now() + minutes * MINUTE });
      this.#duration!.value = "0";
      this.requestUpdate();
    });
  }
}

/** Return what a select can be set to. */
export function optionsOf(state: EntityState): string[] {
  const options = state.attributes["options"];
  return Array.isArray(options) ? options : [];
}

/** Return a button an option; arrow keys go from one to the next. */
export function renderOptions(
  hass: Hass,
  state: EntityState,
  label: string,
  choose: (option: string) => void,
  icons?: Record<string, string>,
): TemplateResult {
  const options = optionsOf(state);
  const focused = options.includes(state.state) ? state.state : options[0];
  return html`<div class="options" data-count=${options.length} role="radiogroup" aria-labelledby=${label} @keydown=${moveAmong}>
    ${options.map((option) => {
      const word = stateWord(hass, state.entity_id, option);
      return html`<button
        class="control"
        role="radio"
        data-option=${option}
        aria-checked=${option === state.state ? "true" : "false"}
        aria-label=${icons ? word : nothing}
        title=${icons ? word : nothing}
        tabindex=${option === focused ? 0 : -1}
        @click=${() => choose(option)}
      >${icons ? html`<ha-icon icon=${icons[option] ?? "mdi:circle-outline"}></ha-icon>` : word}</button>`;
    })}
  </div>`;
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
