/** Makes the moving picture of the README: a phone rings, its card, the light; see scripts/screenshots. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { asKiosk, IMAGES, pause } from "./camera.mjs";
import { launch } from "./test/chromium.mjs";
import { makeDashboard, startDemo } from "./test/demo.mjs";
import { open } from "./test/office.mjs";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Take pictures while a story is played, and put them together as docs/images/<name>.gif. */
async function film(page, name, clip, story) {
  const folder = mkdtempSync(join(tmpdir(), "film-"));
  try {
    const began = performance.now();
    let isOver = false;
    const playing = story().finally(() => (isOver = true));
    while (!isOver) {
      const moment = Math.round(performance.now() - began);
      await page.screenshot({ path: join(folder, `${moment}.png`), clip });
      await pause(0.04);
    }
    await playing;
    execFileSync(join(ROOT, ".venv/bin/python"), ["-m", "demo.animation", folder, `${IMAGES}${name}.gif`], { cwd: ROOT, stdio: "inherit" });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const browser = await launch();
const demo = await startDemo();
try {
  const page = await open(browser, demo.url, demo.tokens, { colorScheme: "dark", viewport: { width: 920, height: 560 } });
  await page.locator("home-assistant-main").first().waitFor();
  await makeDashboard(page, "doc-film", [
    [{ type: "custom:ringcentral-phone", device: "$Front Desk", grid_options: { columns: 12 } }],
    [{ type: "light", entity: "light.desk", name: "Desk", grid_options: { columns: 12, rows: 5 } }],
  ]);
  await page.goto(`${demo.url}/doc-film`);
  await page.locator("ringcentral-phone").waitFor();
  await asKiosk(page);
  await pause(2);
  // The first picture of a page takes long.
  await page.screenshot();
  await film(page, "first-light", { x: 20, y: 56, width: 880, height: 424 }, async () => {
    await pause(0.7);
    await demo.office.do("ring", { extension: "101", name: "John Wang", from: "+14155550123" });
    await pause(2);
    await demo.office.do("answer", { extension: "101" });
    await pause(1.4);
    await demo.office.do("hang_up", { extension: "101" });
    await pause(0.8);
  });
} finally {
  await demo.stop();
  await browser.close();
}
