/** The cells of a switchboard: each is rendered only when its own phone has changed, and moved only when it must be. */
import { html, nothing, render, type TemplateResult } from "lit/html.js";
import { hasChanged, hasNewSurroundings, SHOWN_KEYS, type Extension } from "./extensions";
import type { Hass } from "./hass";
import { renderBadge, renderRest, renderTimer } from "./parts";
import { callerOf, describePhone, ICONS, queueOf, type Phone } from "./phone";

interface Cell {
  element: HTMLElement;
  phone: Phone;
  /** The entities that decide how it looks. */
  entities: readonly (string | undefined)[];
  /** Whether it stands before the others. */
  isFirst: boolean;
}

export class Board {
  readonly list = document.createElement("ul");
  #cells = new Map<string, Cell>();
  #hass: Hass | undefined;
  #mask = false;
  #shown: readonly HTMLElement[] = [];
  #focusable: HTMLElement | null = null;

  phonesOf(extensions: readonly Extension[]): Phone[] {
    return extensions.flatMap((extension) => this.#cells.get(extension.id)?.phone ?? []);
  }

  phoneAt(target: EventTarget | null): Phone | undefined {
    const element = (target as HTMLElement | null)?.closest<HTMLElement>("[data-id]");
    return this.#cells.get(element?.dataset["id"] ?? "")?.phone;
  }

  /** Bring the cells up to date, and forget those of other extensions. */
  update(hass: Hass, extensions: readonly Extension[], mask: boolean): void {
    const before = this.#mask === mask ? this.#hass : undefined;
    const isAllNew = !before || hasNewSurroundings(before, hass);
    this.#hass = hass;
    this.#mask = mask;
    const cells = new Map<string, Cell>();
    for (const extension of extensions) {
      let cell = this.#cells.get(extension.id);
      if (!cell || isAllNew || hasChanged(before, hass, cell.entities)) {
        const phone = describePhone(hass, extension, mask);
        const element = cell?.element ?? document.createElement("li");
        element.dataset["id"] = extension.id;
        render(renderCell(hass, phone), element);
        cell = { element, phone, entities: SHOWN_KEYS.map((key) => extension.entities[key]), isFirst: cell?.isFirst ?? false };
      }
      cells.set(extension.id, cell);
    }
    this.#cells = cells;
  }

  /** Show the cells of the first and then of the other phones, and no others; the Tab key reaches one of them. */
  arrange(first: readonly Phone[], others: readonly Phone[]): void {
    const focused = (this.list.getRootNode() as ShadowRoot).activeElement as HTMLElement | null;
    const take = (phones: readonly Phone[], isFirst: boolean) =>
      phones.flatMap(({ extension }) => {
        const cell = this.#cells.get(extension.id);
        if (!cell) return [];
        // Taken out, a cell that goes to the front, or back, leaves the others in their order: none of them has to move.
        if (cell.isFirst !== isFirst) cell.element.remove();
        cell.isFirst = isFirst;
        return [cell.element];
      });
    const rows = [...take(first, true), ...take(others, false)];
    const shown = new Set(rows);
    for (const element of this.#shown) if (!shown.has(element)) element.remove();
    let next = this.list.firstElementChild;
    for (const element of rows) {
      if (element === next) next = next.nextElementSibling;
      else this.list.insertBefore(element, next);
    }
    this.#shown = rows;
    const wasCell = focused && !focused.isConnected;
    this.focusable = focused && this.list.contains(focused) ? focused : this.list.querySelector("button");
    (wasCell ? this.#focusable : focused)?.focus({ preventScroll: true });
  }

  /** The one cell that the Tab key reaches; arrow keys go on from there. */
  set focusable(button: HTMLElement | null) {
    if (button === this.#focusable) return;
    if (this.#focusable) this.#focusable.tabIndex = -1;
    if (button) button.tabIndex = 0;
    this.#focusable = button;
  }
}

function renderCell(hass: Hass, phone: Phone): TemplateResult {
  const { extension, tone, word } = phone;
  const [call] = phone.calls;
  const queue = call && queueOf(hass, call);
  return html`<button tabindex="-1" class="row cell" data-tone=${tone} aria-haspopup="dialog">
    ${renderBadge(tone)}
    <span class="lines">
      <span class="title"><bdi class="name">${extension.name}</bdi> <bdi class="number" dir="ltr">${extension.number}</bdi></span>
      <span class="detail state-first">
        <span class="state">${word}</span>
        ${call ? html`<span class="rest">${renderRest(callerOf(hass, call))} ${queue ? renderRest(queue) : nothing}</span>` : nothing}
      </span>
    </span>
    ${phone.calls.length > 1 ? html`<span class="chip">${phone.calls.length}</span>` : nothing}
    ${phone.dnd && tone !== "dnd" ? html`<ha-icon class="dnd" role="img" icon=${ICONS.dnd} title=${phone.dnd} aria-label=${phone.dnd}></ha-icon>` : nothing}
    ${renderTimer(call)}
  </button>`;
}
