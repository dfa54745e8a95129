/** A page with the built cards in it, a fake office, and the few things of the frontend that cards rely on. */
import { readFileSync } from "node:fs";
import { TRANSLATIONS } from "./translations.mjs";

const read = (path) => readFileSync(new URL(path, import.meta.url), "utf8");
const MODULES = "/ringcentral_files/";
const module = (name) => read(`../../custom_components/ringcentral/frontend/${name}`);
const FAKE = read("./fake.mjs");
const AXE = read("../node_modules/axe-core/axe.min.js");

// The frontend's own colors.
const COLORS = `
  --red-color: #f44336; --green-color: #4caf50; --amber-color: #ffc107; --deep-orange-color: #ff6f22;
  --blue-color: #2196f3; --purple-color: #926bc7; --primary-color: #009ac7;`;
const THEMES = {
  light: `--primary-text-color: #141414; --secondary-text-color: #5e5e5e; --card-background-color: #fff;
    --primary-background-color: #fafafa; --divider-color: #0000001f; --state-inactive-color: #8a8a8a;`,
  dark: `--primary-text-color: #e1e1e1; --secondary-text-color: #9b9b9b; --card-background-color: #1c1c1c;
    --primary-background-color: #111; --divider-color: #e1e1e11f; --state-inactive-color: #7a7a7a;`,
};

const page = (theme, direction) => `<!doctype html><html lang="en" dir="${direction}"><head><title>Cards</title><style>
  html { ${COLORS} ${THEMES[theme]} background: var(--primary-background-color); font: 16px Roboto, sans-serif; }
  body { margin: 16px; width: 480px; }
</style></head><body><main></main></body></html>`;

/** The frontend's own elements that cards use, as far as they have a look. */
const ELEMENTS = {
  "ha-card": `:host { display: block; background: var(--card-background-color); border: 1px solid var(--divider-color); border-radius: 12px; }`,
  "ha-icon": ":host { display: inline-block; width: var(--mdc-icon-size, 24px); height: var(--mdc-icon-size, 24px); }",
};

/** Open the page, on whose server files that are `gone` are missing; `requests` collects what it asks the network for, `problems` what goes wrong in it. */
export async function openPage(browser, { theme = "light", direction = "ltr", gone = [], ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 600, height: 800 }, ...options });
  const opened = await context.newPage();
  opened.requests = [];
  opened.problems = [];
  await opened.route("**/*", (route) => {
    const url = route.request().url();
    if (url === "http://cards.test/") return route.fulfill({ contentType: "text/html", body: page(theme, direction) });
    const { pathname } = new URL(url);
    if (pathname.startsWith(MODULES) && !gone.some((part) => pathname.includes(part))) {
      return route.fulfill({ contentType: "text/javascript", body: module(pathname.slice(MODULES.length)) });
    }
    if (!gone.length) opened.requests.push(url);
    return route.abort();
  });
  opened.on("pageerror", (error) => opened.problems.push(error.message));
  opened.on("console", (message) => message.type() !== "info" && !gone.length && opened.problems.push(message.text()));
  await opened.goto("http://cards.test/");
  await opened.evaluate(
    ([texts, elements]) => {
      window.TRANSLATIONS = texts;
      for (const [tag, style] of Object.entries(elements)) {
        const element = class extends HTMLElement {
          constructor() {
            super();
            this.attachShadow({ mode: "open" }).innerHTML = `<style>${style}</style><slot></slot>`;
          }
        };
        customElements.define(tag, element);
      }
    },
    [TRANSLATIONS, ELEMENTS],
  );
  await opened.addScriptTag({ type: "module", content: `${FAKE}; Object.assign(window, { FakeOffice, call });` });
  await opened.addScriptTag({ type: "module", url: `${MODULES}ringcentral-cards.js?v=1` });
  await opened.evaluate(() => {
    window.rendered = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    window.show = async (type, office, config = {}) => {
      window.office = office;
      const card = document.createElement(`ringcentral-${type}`);
      card.setConfig({ type: `custom:ringcentral-${type}`, ...config });
      card.hass = office.hass;
      document.querySelector("main").append(card);
      await window.rendered();
      window.card = card;
      return card;
    };
    // What is in the chunk of extras stands within its stand-in; a feature has the entity of its tile.
    window.showExtra = async (type, office, config = {}) => {
      const outer = await window.show(type, office, config);
      outer.context = { entity_id: "sensor.phone0_call_state" };
      while (!outer.firstElementChild) await window.rendered();
      await window.rendered();
      return (window.card = outer.firstElementChild);
    };
    window.ALL_CONTROLS = ["duration", "status", "do_not_disturb", "status_message", "accept_queue_calls", "see_my_presence"];
    // A large switchboard may wait with what is new.
    window.settled = async () => {
      await new Promise((done) => setTimeout(done, 210));
      await window.rendered();
    };
    window.update = async () => {
      window.card.hass = window.office.hass;
      await window.settled();
    };
    window.text = (selector) =>
      window.card.shadowRoot.querySelector(selector)?.textContent.replace(/\s+/g, " ").trim() ?? null;
  });
  return opened;
}

/** Return what axe finds wrong, in a word and a place each; only within elements whose names begin so, if that is given. */
export async function violations(opened, within = "") {
  if (!(await opened.evaluate(() => "axe" in window))) await opened.evaluate(AXE);
  return opened.evaluate(async (prefix) => {
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"];
    // A card is a part of a page; its headings and landmarks are the page's.
    const rules = { region: { enabled: false }, "page-has-heading-one": { enabled: false }, "heading-order": { enabled: false } };
    const { violations: found } = await window.axe.run(document, { runOnly: tags, rules });
    return found.flatMap(({ id, nodes }) =>
      nodes
        .filter(({ target }) => target.flat().some((selector) => selector.includes(prefix)))
        .map((node) => `${id}: ${node.html.slice(0, 120)} ${node.any[0]?.message ?? ""}`),
    );
  }, within);
}
