/** The dialog that a switchboard opens for one phone; what is in the element, its announcements, is in the dialog, too. */
import type { TemplateResult } from "lit/html.js";
import type { PhoneConfig } from "./config";
import text from "./dialog.css?inline";
import type { Hass } from "./hass";
import type { Kit } from "./kit";

/** Make the dialog's element. */
export function makeDialog(kit: Kit) {
  const { Card, html, say } = kit;
  const sheet = kit.styleSheet(text);
  return class extends Card<PhoneConfig> {
    constructor() {
      super(sheet);
    }

    /** The card in the dialog decides by itself, but needs the states for that. */
    protected isConcerned(): boolean {
      return true;
    }

    protected render(hass: Hass, config: PhoneConfig): TemplateResult {
      const name = kit.chosenExtension(hass, config)?.name ?? "";
      return html`<dialog aria-label=${name} @close=${this.#report} @click=${this.#clickBeside}>
        <slot></slot>
        <ringcentral-phone .options=${config} .hass=${hass}></ringcentral-phone>
        <button class="control close" @click=${this.#close}>${say(hass, "close")}</button>
      </dialog>`;
    }

    protected override rendered(): void {
      const dialog = this.query<HTMLDialogElement>("dialog");
      if (dialog && !dialog.open) dialog.showModal();
    }

    /** That gives the focus back, too. */
    #close = (): void => this.query<HTMLDialogElement>("dialog")?.close();

    #clickBeside = (event: Event): void => {
      if (event.target === event.currentTarget) this.#close();
    };

    /** The browser reports late; the dialog may have been opened again. */
    #report = (): void => {
      if (!this.query<HTMLDialogElement>("dialog")?.open) this.dispatchEvent(new Event("close"));
    };
  };
}
