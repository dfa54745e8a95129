/** The card of many extensions: a lamp for each, the ringing ones first to the eye. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import { Gestures, perform, type Gesture } from "./actions";
import { Board } from "./board";
import { loadExtras, loadForm } from "./chunks";
import { checkConfig, chosenExtensions, type PhoneConfig, type SwitchboardConfig } from "./config";
import { Card, styleSheet } from "./element";
import { hasChanged, hasNewSurroundings, SHOWN_KEYS, type Extension } from "./extensions";
import type { Hass } from "./hass";
import { connectionProblem, type Phone } from "./phone";
import { askForPopup } from "./popup-phones";
import { byRinging, FEW, FILTERS, isFound, sorted, type Filter, type Sort } from "./switchboard";
import text from "./switchboard-card.css?inline";
import { say } from "./words";

/** Somewhere in a large office something changes all the time; to show that five times a second is soon enough. */
const PAUSE = 200;

/** Where more phones ring, none stands out by moving, and moving them costs more than all the rest. */
const MOST_MOVING = 3;

const sheet = styleSheet(text);

export class SwitchboardCard extends Card<SwitchboardConfig> {
  readonly #board = new Board();
  #filter: Filter = "all";
  #query = "";
  #sort: Sort | undefined;
  #opened: PhoneConfig | undefined;
  #chosen: { reasons: unknown[]; extensions: Extension[]; watched: (string | undefined)[] } | undefined;
  readonly #gestures = new Gestures(this, {
    selector: ".cell",
    actions: () => this.config ?? {},
    canHold: true,
    perform: (gesture, target) => this.#perform(gesture, target),
  });

  constructor() {
    super(sheet);
  }

  static getConfigForm() {
    return loadForm("switchboard");
  }

  static getStubConfig(): Omit<SwitchboardConfig, "type"> {
    return {};
  }

  override setConfig(config: SwitchboardConfig): void {
    checkConfig("switchboard", config);
    this.#sort = undefined;
    super.setConfig(config);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#gestures.release();
    this.#opened = undefined;
  }

  getCardSize(): number {
    return 8;
  }

  getGridOptions() {
    return { columns: "full", min_columns: 6 };
  }

  /** The order that the user has picked, else that of the options. */
  get #order(): Sort {
    return this.#sort ?? this.config?.sort ?? "ringing";
  }

  /** The chosen extensions in their order with what they depend on, found again only when a registry or an option has changed. */
  #choose(hass: Hass, config: SwitchboardConfig) {
    const sort = this.#order;
    const reasons = [hass.entities, hass.devices, hass.locale, config, sort];
    if (!this.#chosen?.reasons.every((reason, index) => reason === reasons[index])) {
      const extensions = sorted(hass, chosenExtensions(hass, config), sort);
      const watched = extensions.flatMap(({ entities, connection }) => [...SHOWN_KEYS.map((key) => entities[key]), connection]);
      this.#chosen = { reasons, extensions, watched: [...new Set(watched)] };
    }
    return this.#chosen;
  }

  protected isConcerned(before: Hass, now: Hass): boolean {
    // The dialog shows more than the cells do.
    if (this.#opened || hasNewSurroundings(before, now) || !this.config) return true;
    return hasChanged(before, now, this.#choose(now, this.config).watched);
  }

  protected render(hass: Hass, config: SwitchboardConfig): TemplateResult {
    const { extensions } = this.#choose(hass, config);
    this.pause = extensions.length > FEW ? PAUSE : 0;
    this.#board.update(hass, extensions, config.mask === true);
    const phones = this.#board.phonesOf(extensions);
    const found = phones.filter((phone) => isFound(phone, this.#filter, this.#query));
    const [first, others] = this.#order === "ringing" ? byRinging(found) : [[], found];
    this.#board.arrange(first, others);
    const ringing = phones.filter((phone) => phone.tone === "ringing");
    this.announcer.update(hass, ringing);
    askForPopup(this, config, extensions);
    const problem = extensions.map((one) => connectionProblem(hass, one)).find(Boolean);
    return html`<ha-card>
        ${config.title ? html`<h2>${config.title}</h2>` : nothing}
        ${(config.toolbar ?? extensions.length > FEW) ? this.#renderToolbar(hass, phones) : nothing}
        ${problem ? html`<p class="notice"><ha-icon icon="mdi:cloud-off-outline"></ha-icon>${problem}</p>` : nothing}
        <div
          class="${extensions.length > FEW ? "" : "large"} ${ringing.length > MOST_MOVING ? "calm" : ""}"
          @keydown=${this.#move}
          @focusin=${(event: FocusEvent) => (this.#board.focusable = event.target as HTMLElement)}
        >${this.#board.list}</div>
        ${
          found.length
            ? nothing
            : html`<p class="empty">
                ${say(hass, extensions.length ? "no_match" : "no_devices")}
                ${extensions.length ? nothing : html`<a href="/config/integrations/integration/ringcentral">RingCentral</a>`}
              </p>`
        }
      </ha-card>
      ${this.#opened ? this.#renderControls(hass, this.#opened) : this.announcer.render()}`;
  }

  #renderToolbar(hass: Hass, phones: readonly Phone[]): TemplateResult {
    return html`<div class="toolbar">
      <input
        class="control"
        type="search"
        placeholder=${say(hass, "search")}
        aria-label=${say(hass, "search")}
        .value=${this.#query}
        @input=${(event: InputEvent) => {
          this.#query = (event.target as HTMLInputElement).value;
          this.requestUpdate();
        }}
      />
      ${FILTERS.map(
          (filter) => html`<button
            class="control"
            data-filter=${filter}
            aria-pressed=${filter === this.#filter ? "true" : "false"}
            @click=${() => {
              this.#filter = filter;
              this.requestUpdate();
            }}
          >
            ${say(hass, filter)} <b>${phones.filter((phone) => isFound(phone, filter, "")).length}</b>
          </button>`,
        )}
      <select
        class="control"
        aria-label=${say(hass, "sort_by")}
        @change=${(event: Event) => {
          this.#sort = (event.target as HTMLSelectElement).value as Sort;
          this.requestUpdate();
        }}
      >
        ${(["ringing", "number", "name"] as const).map(
          (one) => html`<option value=${one} ?selected=${one === this.#order}>${say(hass, one)}</option>`,
        )}
      </select>
    </div>`;
  }

  // One phone: a tap opens what the frontend knows of it, holding (or a right click, or the menu key) its controls.

  #renderControls(hass: Hass, options: PhoneConfig): TemplateResult {
    const close = () => {
      this.#opened = undefined;
      this.requestUpdate();
    };
    // Beside an open dialog nothing is spoken.
    return html`<ringcentral-dialog .options=${options} .hass=${hass} @close=${close}>${this.announcer.render()}</ringcentral-dialog>`;
  }

  #perform(gesture: Gesture, target: Element): void {
    const phone = this.#board.phoneAt(target);
    if (!phone) return;
    const isDone = perform(this, this.config ?? {}, gesture, phone.extension.entities["call_state"]);
    if (!isDone && gesture === "hold") this.#show(phone.extension);
  }

  #show(extension: Extension): void {
    const options = { type: "", device: extension.id, mask: this.config?.mask === true };
    void loadExtras().then(
      () => {
        if (!this.isConnected) return;
        this.#opened = options;
        this.requestUpdate();
      },
      () => undefined,
    );
  }

  #move = (event: KeyboardEvent): void => {
    const cells = [...this.#board.list.querySelectorAll("button")];
    const index = cells.indexOf(event.target as HTMLButtonElement);
    const first = cells[0];
    if (index < 0 || !first) return;
    const isMirrored = getComputedStyle(this).direction === "rtl";
    // Each cell is the offset parent of what is in it.
    const top = (cell: HTMLElement) => cell.parentElement?.offsetTop;
    const columns = cells.filter((cell) => top(cell) === top(first)).length;
    const next: Record<string, number> = {
      ArrowRight: index + (isMirrored ? -1 : 1),
      ArrowLeft: index - (isMirrored ? -1 : 1),
      ArrowDown: index + columns,
      ArrowUp: index - columns,
      Home: 0,
      End: cells.length - 1,
    };
    const target = next[event.key];
    if (target === undefined) return;
    event.preventDefault();
    cells[target]?.focus();
  };
}
