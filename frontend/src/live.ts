/** Cards that list what the integration reports over a WebSocket command, only while they are seen. */
import type { TemplateResult } from "lit/html.js";
import type { ListConfig } from "./config";
import type { Extension } from "./extensions";
import type { Hass } from "./hass";
import type { Kit } from "./kit";
import type { Word } from "./words";

/** What is reported of one phone. */
export interface Reported {
  device_id: string;
  available: boolean;
}

interface Command {
  type: string;
  /** How the list in its events is called. */
  name: string;
  [option: string]: unknown;
}

/** Seen soon enough to be there when a card scrolls into view. */
const MARGIN = "300px";

/** Make the class that such cards are of. */
export function makeLiveCard(kit: Kit) {
  const { Card, html, nothing, say } = kit;
  abstract class LiveCard<One extends Reported> extends Card<ListConfig> {
    protected abstract readonly command: Command;
    /** Whether anything was reported yet. */
    protected isKnown = false;
    readonly #reported = new Map<string, One>();
    #subscription: Promise<(() => void) | undefined> | undefined;
    #localize: Hass["localize"] | undefined;
    #hour = 0;
    #isInView = false;
    readonly #observer = new IntersectionObserver(
      (entries) => {
        this.#isInView = entries.at(-1)?.isIntersecting === true;
        this.#follow();
      },
      { rootMargin: MARGIN },
    );

    override connectedCallback(): void {
      super.connectedCallback();
      this.#observer.observe(this);
      document.addEventListener("visibilitychange", this.#follow);
    }

    override disconnectedCallback(): void {
      super.disconnectedCallback();
      this.#observer.disconnect();
      document.removeEventListener("visibilitychange", this.#follow);
      this.#isInView = false;
      this.#unsubscribe();
    }

    get #isSeen(): boolean {
      return this.#isInView && !document.hidden;
    }

    /** Render again if the card is seen now, else leave everything as it is. */
    readonly #follow = (): void => {
      if (this.#isSeen) this.requestUpdate();
      else this.#unsubscribe();
    };

    /** What was today's becomes yesterday's at some hour, by the user's time zone. */
    protected isConcerned(before: Hass, now: Hass): boolean {
      return this.#isSeen && (kit.hasNewSurroundings(before, now) || this.#hour !== new Date().getHours());
    }

    /** Return what is reported of the chosen phones, with their names; subscribe if that is still to be done. */
    protected follow(hass: Hass, config: ListConfig): { one: One; phone: Extension }[] {
      // It is another one after a restart of Home Assistant, and once the integration is loaded: a subscription that
      // came before that has failed.
      if (this.#localize !== hass.localize) this.#unsubscribe();
      this.#localize = hass.localize;
      this.#hour = new Date().getHours();
      if (this.#isSeen) this.#subscription ??= this.#subscribe(hass);
      return kit.chosenExtensions(hass, config).flatMap((phone) => {
        const one = this.#reported.get(phone.id);
        return one ? [{ one, phone }] : [];
      });
    }

    /** Return a line in the place of a list without rows. */
    protected renderEmpty(hass: Hass, icon: string, word: Word): TemplateResult {
      return html`<p class="empty"><ha-icon icon=${icon}></ha-icon>${say(hass, word)}</p>`;
    }

    /** Return a line that says that what is shown may be old. */
    protected renderNotice(hass: Hass, all: readonly { one: One }[]): TemplateResult | typeof nothing {
      if (all.every(({ one }) => one.available)) return nothing;
      return html`<p class="notice"><ha-icon icon="mdi:cloud-off-outline"></ha-icon>${say(hass, "unavailable")}</p>`;
    }

    async #subscribe(hass: Hass): Promise<(() => void) | undefined> {
      const { name, ...command } = this.command;
      let isFirst = true;
      // Until the integration is loaded, the command is not there.
      return hass.connection
        ?.subscribeMessage<Record<string, One[]>>((event) => {
          // The first event has everything: what was there before may be gone.
          if (isFirst) this.#reported.clear();
          isFirst = false;
          for (const one of event[name] ?? []) this.#reported.set(one.device_id, one);
          this.isKnown = true;
          this.requestUpdate();
        }, command)
        .catch(() => undefined);
    }

    #unsubscribe(): void {
      this.#subscription?.then((end) => end?.()).catch(() => undefined);
      this.#subscription = undefined;
    }
  }
  return LiveCard;
}
