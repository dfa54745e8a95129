/** What all screenshots share; see scripts/screenshots. */
import { fileURLToPath } from "node:url";

export const IMAGES = fileURLToPath(new URL("../docs/images/", import.meta.url));

export const pause = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

/** Make docs/images/<name>.png of what the page shows. */
export async function shoot(page, name, options = {}) {
  await page.screenshot({ path: `${IMAGES}${name}.png`, animations: "disabled", ...options });
  console.log(`docs/images/${name}.png`);
}

/** Hide the frontend's side bar, as on a wall. */
export const asKiosk = (page) =>
  page.evaluate(() => document.querySelector("home-assistant").shadowRoot.querySelector("home-assistant-main").dispatchEvent(
    new CustomEvent("hass-dock-sidebar", { bubbles: true, composed: true, detail: { dock: "always_hidden" } }),
  ));
