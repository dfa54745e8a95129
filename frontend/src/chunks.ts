/**
 * What few dashboards need are chunks of their own, loaded when they are needed: editors, badge, features, popup and
 * dashboard; recent calls and voicemail.
 */
import { checkConfig, type Kind } from "./config";
import { fire, frontend, pageHass } from "./hass";
import { kit, type Kit } from "./kit";
import { loadWords, say, type Word } from "./words";

/** Return what loads a chunk and defines its elements; after an upgrade it is gone, and only a reload of the page helps. */
function once<Chunk extends { defineElements(given: Kit): void }>(load: () => Promise<Chunk>): () => Promise<Chunk> {
  let loading: Promise<Chunk> | undefined;
  return () =>
    (loading ??= load().then(
      (chunk) => {
        chunk.defineElements(kit());
        return chunk;
      },
      (error: unknown) => {
        offerReload();
        throw error;
      },
    ));
}

export const loadExtras = once(() => import("./extras"));
export const loadHistory = once(() => import("./history"));

function offerReload(): void {
  const root = frontend();
  if (!root) return;
  fire(root, "hass-notification", {
    id: "ringcentral-reload",
    message: say(root.hass, "update_loaded"),
    action: { text: say(root.hass, "reload"), action: () => location.reload() },
    duration: -1,
    dismissable: true,
  });
}

/** Return the form of an editor, in the user's language. */
export async function loadForm(kind: Kind) {
  const hass = pageHass();
  const [{ makeForm }] = await Promise.all([loadExtras(), hass && loadWords(hass)]);
  const language = {
    say: (word: Word) => say(pageHass(), word),
    localize: (key: string, fill?: Record<string, string>) => pageHass()?.localize(key, fill) ?? "",
  };
  const form = makeForm(kind, language);
  return { ...form, assertConfig: (config: object) => checkConfig(kind, config) };
}

/** Return an element that loads the chunk and then shows, and hands everything on to, the one that is in there. */
export function standIn(content: string, kind?: Kind, load: () => Promise<unknown> = loadExtras) {
  return class extends HTMLElement {
    readonly #given = {};
    #content: HTMLElement | undefined;

    connectedCallback(): void {
      void load().then(
        () => {
          if (!this.#content) this.append((this.#content = Object.assign(document.createElement(content), this.#given)));
        },
        () => undefined,
      );
    }

    setConfig(config: object): void {
      if (kind) checkConfig(kind, config);
      this.#give({ options: config });
    }

    set hass(hass: unknown) {
      this.#give({ hass });
    }

    set preview(preview: unknown) {
      this.#give({ preview });
    }

    set context(context: unknown) {
      this.#give({ context });
    }

    #give(properties: object): void {
      Object.assign(this.#given, properties);
      if (this.#content) Object.assign(this.#content, properties);
    }
  };
}
