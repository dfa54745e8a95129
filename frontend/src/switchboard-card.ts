/** The card of many extensions: a lamp for each, the ringing ones first to the eye. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import { newlyRinging, renderAnnouncement } from "./announce";
import { Board } from "./board";
import { checkConfig, chosenExtensions, configForm, type PhoneConfig, type SwitchboardConfig } from "./config";
import { Card, styleSheet } from "./element";
import { hasChanged, hasNewSurroundings, SHOWN_KEYS, type Extension } from "./extensions";
import { showMoreInfo, type Hass } from "./hass";
import { callerOf, connectionProblem, type Phone } from "./phone";
import { byRinging, FEW, FILTERS, isFound, sorted, type Filter, type Sort } from "./switchboard";
import text from "./switchboard-card.css?inline";
import { say } from "./words";

const HOLD = 500;

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
  #announcement = "";
  #opened: Extension | undefined;
  #chosen: { reasons: unknown[]; extensions: Extension[]; watched: (string | undefined)[] } | undefined;
  #holding: ReturnType<typeof setTimeout> | undefined;
  #wasHeld = false;

  constructor() {
    super(sheet);
  }

  static getConfigForm() {
    return configForm("switchboard");
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
    this.#release();
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

  /** The chosen extensions in their order with what they depend on, found anew only when a registry or an option has changed. */
  #choose(hass: Hass, config: SwitchboardConfig) {
    const sort = this.#order;
    const reasons = [hass.entities, hass.devices, config, sort];
    if (!this.#chosen?.reasons.every((reason, index) => reason === reasons[index])) {
      const extensions = sorted(chosenExtensions(hass, config), sort);
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
    this.#announce(hass, ringing);
    const problem = extensions.map((one) => connectionProblem(hass, one)).find(Boolean);
    return html`<ha-card>
        ${config.title ? html`<h2>${config.title}</h2>` : nothing}
        ${(config.toolbar ?? extensions.length > FEW) ? this.#renderToolbar(hass, phones) : nothing}
        ${problem ? html`<p class="notice"><ha-icon icon="mdi:cloud-off-outline"></ha-icon>${problem}</p>` : nothing}
        <div
          class="${extensions.length > FEW ? "" : "large"} ${ringing.length > MOST_MOVING ? "calm" : ""}"
          @click=${this.#open}
          @contextmenu=${this.#openControls}
          @pointerdown=${this.#hold}
          @pointerup=${this.#release}
          @pointercancel=${this.#release}
          @pointerleave=${this.#release}
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
      ${this.#renderControls(hass)} ${renderAnnouncement(this.#announcement)}`;
  }

  #announce(hass: Hass, ringing: readonly Phone[]): void {
    const texts = newlyRinging(ringing).map((phone) => {
      const [call] = phone.calls;
      return say(hass, "rings", { name: phone.extension.name, caller: call ? callerOf(hass, call) : "" });
    });
    if (texts.length || !ringing.length) this.#announcement = texts.join(" ");
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

  #renderControls(hass: Hass): TemplateResult | typeof nothing {
    if (!this.#opened) return nothing;
    // That gives the focus back, too.
    const close = () => this.query<HTMLDialogElement>("dialog")?.close();
    return html`<dialog
      aria-label=${this.#opened.name}
      @close=${() => {
        this.#opened = undefined;
        this.#wasHeld = false;
        this.requestUpdate();
      }}
      @click=${(event: Event) => event.target === event.currentTarget && close()}
    >
      <ringcentral-phone .hass=${hass}></ringcentral-phone>
      <button class="control close" @click=${close}>${say(hass, "close")}</button>
    </dialog>`;
  }

  #open = (event: Event): void => {
    if (!this.#wasHeld) showMoreInfo(this, this.#board.phoneAt(event.target)?.extension.entities["call_state"]);
    this.#wasHeld = false;
  };

  #openControls = (event: Event): void => {
    event.preventDefault();
    this.#release();
    void this.#show(this.#board.phoneAt(event.target)?.extension);
  };

  async #show(extension: Extension | undefined): Promise<void> {
    if (!extension || this.#opened) return;
    this.#opened = extension;
    this.requestUpdate();
    await new Promise(requestAnimationFrame);
    this.query<HTMLElement & Card<PhoneConfig>>("ringcentral-phone")?.setConfig({
      type: "",
      device: extension.id,
      mask: this.config?.mask === true,
    });
    this.query<HTMLDialogElement>("dialog")?.showModal();
  }

  #hold = (event: PointerEvent): void => {
    this.#release();
    this.#wasHeld = false;
    if (event.button !== 0) return;
    const phone = this.#board.phoneAt(event.target);
    this.#holding = setTimeout(() => {
      this.#wasHeld = true;
      void this.#show(phone?.extension);
    }, HOLD);
  };

  #release = (): void => clearTimeout(this.#holding);

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
