/** The cells of a switchboard: each is rendered only when its own phone has changed, and moved only when it must be. */
import { html, nothing, render, type TemplateResult } from "lit/html.js";
import { hasChanged, hasNewSurroundings, SHOWN_KEYS, type Extension } from "./extensions";
import type { Hass } from "./hass";
import { renderBadge, renderTimer } from "./parts";
import { callerOf, describePhone, ICONS, queueOf, type Phone } from "./phone";

interface Cell {
  element: HTMLElement;
  phone: Phone;
}

export class Board {
  readonly #cells = new Map<string, Cell>();
  #hass: Hass | undefined;
  #mask = false;

  constructor(private readonly grid: HTMLElement) {}

  phonesOf(extensions: readonly Extension[]): Phone[] {
    return extensions.flatMap((extension) => this.#cells.get(extension.id)?.phone ?? []);
  }

  phoneAt(target: EventTarget | null): Phone | undefined {
    const element = (target as HTMLElement | null)?.closest<HTMLElement>("[data-id]");
    return this.#cells.get(element?.dataset["id"] ?? "")?.phone;
  }

  /** Bring the cells up to date; return whether any of them is another than before. */
  update(hass: Hass, extensions: readonly Extension[], mask: boolean): boolean {
    const before = this.#mask === mask ? this.#hass : undefined;
    const isAllNew = !before || hasNewSurroundings(before, hass);
    this.#hass = hass;
    this.#mask = mask;
    let isChanged = false;
    for (const extension of extensions) {
      const cell = this.#cells.get(extension.id);
      if (cell && !isAllNew && !hasChanged(before, hass, SHOWN_KEYS.map((key) => extension.entities[key]))) continue;
      this.#put(hass, describePhone(hass, extension, mask), cell?.element);
      isChanged = true;
    }
    if (this.#cells.size > extensions.length) {
      const wanted = new Set(extensions.map((extension) => extension.id));
      for (const [id, cell] of this.#cells) {
        if (wanted.has(id)) continue;
        cell.element.remove();
        this.#cells.delete(id);
        isChanged = true;
      }
    }
    return isChanged;
  }

  /** Show these cells in this order, and no others; one of them can be reached by the Tab key. */
  arrange(phones: readonly Phone[]): void {
    const focused = (this.grid.getRootNode() as ShadowRoot).activeElement as HTMLElement | null;
    const wanted = phones.map((phone) => this.#cells.get(phone.extension.id)?.element).filter((one) => one !== undefined);
    const shown = new Set(wanted);
    for (const element of [...this.grid.children]) if (!shown.has(element as HTMLElement)) element.remove();
    let next = this.grid.firstElementChild;
    for (const element of wanted) {
      if (element === next) next = next.nextElementSibling;
      else this.grid.insertBefore(element, next);
    }
    if (focused?.isConnected) focused.focus({ preventScroll: true });
    this.focusable = focused && this.grid.contains(focused) ? focused : this.grid.querySelector("button");
  }

  /** The one cell that the Tab key reaches; arrow keys go on from there. */
  set focusable(button: HTMLElement | null) {
    for (const other of this.grid.querySelectorAll<HTMLElement>('[tabindex="0"]')) {
      if (other !== button) other.tabIndex = -1;
    }
    if (button && button.tabIndex) button.tabIndex = 0;
  }

  #put(hass: Hass, phone: Phone, element: HTMLElement = document.createElement("li")): void {
    element.dataset["id"] = phone.extension.id;
    render(renderCell(hass, phone), element);
    this.#cells.set(phone.extension.id, { element, phone });
  }
}

function renderCell(hass: Hass, phone: Phone): TemplateResult {
  const { extension, tone, word } = phone;
  const [call] = phone.calls;
  const queue = call && queueOf(hass, call);
  return html`<button tabindex="-1" class="row cell" data-tone=${tone} aria-haspopup="dialog">
    ${renderBadge(tone)}
    <span class="lines">
      <span><bdi class="name">${extension.name}</bdi><bdi class="number" dir="ltr">${extension.number}</bdi></span>
      <span class="detail">
        ${call ? html`<bdi>${callerOf(hass, call)}</bdi> · ` : nothing}${word}
        ${queue ? html` · <bdi>${queue}</bdi>` : nothing}
      </span>
    </span>
    ${phone.calls.length > 1 ? html`<span class="chip">${phone.calls.length}</span>` : nothing}
    ${phone.dnd && tone !== "dnd" ? html`<ha-icon class="dnd" icon=${ICONS.dnd} title=${phone.dnd}></ha-icon>` : nothing}
    ${renderTimer(call)}
  </button>`;
}
