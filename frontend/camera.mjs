/** What all screenshots share; see scripts/screenshots. */
import { fileURLToPath } from "node:url";

const IMAGES = fileURLToPath(new URL("../docs/images/", import.meta.url));

export const pause = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

/** Make docs/images/<name>.png of what the page shows. */
export async function shoot(page, name, options = {}) {
  await page.screenshot({ path: `${IMAGES}${name}.png`, animations: "disabled", ...options });
  console.log(`docs/images/${name}.png`);
}
