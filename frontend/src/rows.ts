/** The rows of a list, each with an element of its own: what is focused stays where it is while others come and go. */
import type { TemplateResult } from "lit/html.js";
import type { Kit } from "./kit";

export interface Row {
  key: string;
  kind: "day" | "item";
  content: TemplateResult;
}

export class Rows {
  readonly list = document.createElement("ul");
  #elements = new Map<string, HTMLLIElement>();

  constructor(private readonly kit: Kit) {}

  /** Show these rows, and no others. */
  update(rows: readonly Row[]): void {
    const elements = new Map<string, HTMLLIElement>();
    for (const { key, kind, content } of rows) {
      const element = this.#elements.get(key) ?? Object.assign(document.createElement("li"), { className: kind });
      this.kit.render(content, element);
      elements.set(key, element);
    }
    for (const [key, element] of this.#elements) if (!elements.has(key)) element.remove();
    let next = this.list.firstElementChild;
    for (const element of elements.values()) {
      if (element === next) next = next.nextElementSibling;
      else this.list.insertBefore(element, next);
    }
    this.#elements = elements;
  }

  has(key: string): boolean {
    return this.#elements.has(key);
  }

  /** Return the key of the row that stands below another, or of the one above where there is none. */
  neighbor(key: string): string | undefined {
    const keys = [...this.#elements.keys()];
    const index = keys.indexOf(key);
    return keys[index + 1] ?? keys[index - 1];
  }

  find(key: string | undefined, selector: string): HTMLElement | null {
    return this.#elements.get(key ?? "")?.querySelector<HTMLElement>(selector) ?? null;
  }
}
