/** Makes the pictures of the tour that are of Home Assistant's own pages; see scripts/screenshots. */
import { pause, shoot } from "./camera.mjs";
import { launch } from "./test/chromium.mjs";
import { send, startDemo } from "./test/demo.mjs";
import { open } from "./test/office.mjs";

const DIALOG = { clip: { x: 330, y: 20, width: 620, height: 860 } };

/** Show the dialogs of the set-up, up to what is watched. */
async function shootSetUp(page, { url, office }) {
  await page.goto(`${url}/config/integrations/dashboard/add?domain=ringcentral`);
  await page.getByText("With a JWT credential").waitFor();
  await pause(1);
  await shoot(page, "tour-login", DIALOG);
  await page.getByText("With a JWT credential").click();
  await page.getByText("Client secret").first().waitFor();
  await pause(1);
  await shoot(page, "tour-login-jwt", DIALOG);
  void office;
}

const browser = await launch();
const demo = await startDemo();
try {
  const page = await open(browser, demo.url, demo.tokens, { colorScheme: "light", viewport: { width: 1280, height: 900 } });
  await page.locator("home-assistant-main").first().waitFor();
  await shootSetUp(page, demo);
  void send;
} finally {
  await demo.stop();
  await browser.close();
}
