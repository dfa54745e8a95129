/** What the cards have in common: when they render, and that their timers run. */
// lit-html without LitElement: a card is given `hass` many times a second and looks at a few entities of it, so it
// decides itself when to render, once a frame; LitElement's properties and life cycle would be 6 KB beside that.
import { render, type TemplateResult } from "lit/html.js";
import { Announcer } from "./announce";
import type { Hass } from "./hass";
import { openDashboard } from "./popup-phones";
import shared from "./shared.css?inline";
import { countTimers, forgetTimers } from "./timer";

/** Return the style sheet of a card: the shared rules, then its own. */
export function styleSheet(own: string): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(shared + own);
  return sheet;
}

/**
 * A card that renders only when something that it shows has changed, and at most once a frame.
 *
 * Its timers are counted once a second while it is on the page, and only while there are any.
 */
export abstract class Card<Config> extends HTMLElement {
  /** The dashboard that it is on. */
  dashboard = "";
  protected config: Config | undefined;
  protected readonly announcer = new Announcer(this);
  #hass: Hass | undefined;
  #isPreview = false;
  #isRequested = false;
  #renderedAt = 0;
  #delay: ReturnType<typeof setTimeout> | undefined;
  /** Milliseconds from one render to the next that new states ask for; what a user does is shown at once. */
  protected pause = 0;
  readonly #root: ShadowRoot;

  constructor(sheet: CSSStyleSheet) {
    super();
    this.#root = this.attachShadow({ mode: "open" });
    this.#root.adoptedStyleSheets = [sheet];
  }

  get hass(): Hass | undefined {
    return this.#hass;
  }

  set hass(hass: Hass | undefined) {
    const before = this.#hass;
    this.#hass = hass;
    if (this.#isRequested || this.#delay !== undefined) return;
    if (before && hass && !this.announcer.isWaiting && !this.isConcerned(before, hass)) return;
    const wait = this.#renderedAt + this.pause - performance.now();
    if (wait <= 0) this.requestUpdate();
    else this.#delay = setTimeout(() => this.requestUpdate(), wait);
  }

  get preview(): boolean {
    return this.#isPreview;
  }

  /** The frontend says that the dashboard is being edited. */
  set preview(isPreview: boolean) {
    if (isPreview === this.#isPreview) return;
    this.#isPreview = isPreview;
    this.requestUpdate();
  }

  setConfig(config: Config): void {
    this.config = config;
    this.requestUpdate();
  }

  /** The options, for templates, which set properties. */
  set options(config: Config) {
    this.setConfig(config);
  }

  connectedCallback(): void {
    this.dashboard = openDashboard();
    this.requestUpdate();
  }

  disconnectedCallback(): void {
    forgetTimers(this.#root);
  }

  /** Return whether the card has to render because of new states. */
  protected abstract isConcerned(before: Hass, now: Hass): boolean;

  /** Return what is shown. */
  protected abstract render(hass: Hass, config: Config): TemplateResult;

  /** Do what can be done only once it is shown. */
  protected rendered(): void {}

  /** Render soon: whatever comes before the next frame is shown with it. */
  protected requestUpdate(): void {
    if (this.#isRequested) return;
    this.#isRequested = true;
    requestAnimationFrame(() => {
      this.#isRequested = false;
      clearTimeout(this.#delay);
      this.#delay = undefined;
      const { hass, config } = this;
      if (!this.isConnected || !hass || !config) return;
      this.#renderedAt = performance.now();
      render(this.render(hass, config), this.#root, { host: this });
      countTimers(this.#root);
      this.rendered();
    });
  }

  protected query<E extends HTMLElement>(selector: string): E | null {
    return this.#root.querySelector<E>(selector);
  }
}
