/** A dialog over whatever the dashboard shows, while a phone rings that has been chosen for that; see popup-phones.ts. */
import type { TemplateResult } from "lit/html.js";
import type { PhoneConfig } from "./config";
import text from "./dialog.css?inline";
import type { Extension } from "./extensions";
import type { Hass } from "./hass";
import type { Kit } from "./kit";
import type { Phone } from "./phone";

const isRinging = (phone: Phone): boolean => phone.tone === "ringing";
const keysOf = (phone: Phone): string[] =>
  phone.calls.filter(({ state }) => state === "ringing").map(({ id }) => `${phone.extension.id} ${id}`);

/** Make the popup's element. */
export function makePopup(kit: Kit) {
  const { Card, html, say } = kit;
  const sheet = kit.styleSheet(text);
  return class extends Card<object> {
    #phones: Phone[] = [];
    #dismissed = new Set<string>();
    #announcement = "";
    readonly #cards = new Map<string, PhoneConfig>();

    constructor() {
      super(sheet);
      this.config = {};
    }

    override connectedCallback(): void {
      super.connectedCallback();
      // The documented way to follow states from anywhere on the page: https://developers.home-assistant.io/docs/frontend/data
      const request = new Event("context-request", { bubbles: true, composed: true });
      const callback = () => (this.hass = kit.pageHass());
      this.dispatchEvent(Object.assign(request, { context: "states", callback, subscribe: true, contextTarget: this }));
    }

    protected isConcerned(before: Hass, now: Hass): boolean {
      const phones = kit.findExtensions(now);
      const ids = [...kit.popupPhones().keys()].map((id) => phones.get(id)?.entities["call_state"]);
      return this.#phones.length > 0 || kit.hasChanged(before, now, ids) || kit.hasNewSurroundings(before, now);
    }

    protected render(hass: Hass): TemplateResult {
      this.#phones = this.#findRinging(hass);
      const rings = kit.newlyRinging(this.#phones);
      if (rings.length || !this.#phones.length) {
        this.#announcement = rings
          .map(({ phone, call }) => say(hass, "rings", { name: phone.extension.name, caller: kit.callerOf(hass, call) }))
          .join(" ");
      }
      return html`<dialog aria-labelledby="title" @close=${this.#dismiss} @click=${this.#clickBeside}>
        <h2 id="title"><ha-icon icon="mdi:phone-ring"></ha-icon>${say(hass, "ringing")}</h2>
        <div class="unseen" role="status" aria-live="assertive">${this.#announcement}</div>
        ${this.#phones.map(
          ({ extension }) =>
            html`<ringcentral-phone .options=${this.#optionsOf(extension)} .hass=${hass}></ringcentral-phone>`,
        )}
        ${this.#phones.length ? html`<button class="control close" @click=${this.#close}>${say(hass, "close")}</button>` : kit.nothing}
      </dialog>`;
    }

    protected override rendered(): void {
      const dialog = this.query<HTMLDialogElement>("dialog");
      if (this.#phones.length && !dialog?.open) dialog?.showModal();
      else if (!this.#phones.length) dialog?.close();
    }

    #findRinging(hass: Hass): Phone[] {
      const extensions = kit.findExtensions(hass);
      const phones = [...kit.popupPhones()].flatMap(([id, mask]) => {
        const extension = extensions.get(id);
        return extension ? [kit.describePhone(hass, extension, mask)] : [];
      });
      const ringing = phones.filter(isRinging);
      const keys = new Set(ringing.flatMap(keysOf));
      this.#dismissed = new Set([...this.#dismissed].filter((key) => keys.has(key)));
      return ringing.filter((phone) => keysOf(phone).some((key) => !this.#dismissed.has(key)));
    }

    /** The same object for the same phone, so that its card is not set up again with each state. */
    #optionsOf({ id }: Extension): PhoneConfig {
      const mask = kit.popupPhones().get(id) === true;
      let options = this.#cards.get(id);
      if (options?.mask !== mask) this.#cards.set(id, (options = { type: "", device: id, mask }));
      return options!;
    }

    #close = (): void => this.query<HTMLDialogElement>("dialog")?.close();

    #clickBeside = (event: Event): void => {
      if (event.target === event.currentTarget) this.#close();
    };

    #dismiss = (): void => {
      // Another phone may have begun to ring before the browser reports that the dialog was closed.
      if (this.query<HTMLDialogElement>("dialog")?.open) return;
      for (const key of this.#phones.flatMap(keysOf)) this.#dismissed.add(key);
      this.requestUpdate();
    };
  };
}
