/** Makes the pictures of the tour that show Home Assistant's own pages; see scripts/screenshots. */
import { pause, shoot } from "./camera.mjs";
import { launch } from "./test/chromium.mjs";
import { startDemo } from "./test/demo.mjs";
import { open } from "./test/office.mjs";

const WIDE = { colorScheme: "light", viewport: { width: 1280, height: 900 } };
const NARROW = { colorScheme: "dark", viewport: { width: 380, height: 780 } };
const ADD = "/config/integrations/dashboard/add?domain=ringcentral";

/** Show what is in front of a page, with a margin around it. */
async function shootDialog(page, name) {
  await pause(1.5);
  const { width, height } = page.viewportSize();
  const box = await page.evaluate(() => {
    const inside = (root) => [...root.querySelectorAll("*")].flatMap((one) => [one, ...(one.shadowRoot ? inside(one.shadowRoot) : [])]);
    const shown = inside(document).filter((one) => one.matches?.("dialog[open]"));
    const { x, y, width, height } = shown.at(-1).getBoundingClientRect();
    return { x, y, width, height };
  });
  const [x, y] = [Math.max(0, box.x - 20), Math.max(0, box.y - 20)];
  await shoot(page, name, { clip: { x, y, width: Math.min(width - x, box.width + 40), height: Math.min(height - y, box.height + 40) } });
}

/** Fill in a field of a dialog by its label. */
const fill = (page, label, text) => page.getByRole("textbox", { name: label }).first().fill(text);

/** Show the dialogs of the set-up: what is asked, a wrong secret, and what can be watched. */
async function shootSetUp(page, { url, office }) {
  await page.goto(url + ADD);
  await page.getByText("OK", { exact: true }).last().click();
  await page.getByText("With a JWT credential").waitFor();
  await shootDialog(page, "tour-login");
  await page.getByText("With a JWT credential").click();
  await page.getByText("Client secret").first().waitFor();
  await fill(page, "Client ID", "second-client");
  await fill(page, "Client secret", "second-secret");
  await fill(page, "JWT credential", "second-jwt");
  await page.getByText("Server", { exact: true }).click();
  await pause(1);
  await fill(page, "Server address", office.url);
  await fill(page, "Client secret", "mistyped");
  await page.getByText("Submit", { exact: true }).click();
  await page.getByText("doesn't accept the client ID").first().waitFor();
  await shootDialog(page, "tour-login-refused");
  await fill(page, "Client secret", "second-secret");
  await page.getByText("Submit", { exact: true }).click();
  await page.getByText("My own extension").waitFor();
  await shootDialog(page, "tour-watch");
  await page.keyboard.press("Escape");
}

/** Let something happen that pages can show. */
async function live(office) {
  await office.do("ring", { extension: "101", name: "Main Street Bakery", from: "+14155550166" });
  await pause(3);
  await office.do("hang_up", { extension: "101" });
  const text = "Hello, this is Jane Doe from Harbor Dental. Please call me back this afternoon.";
  await office.do("voicemail", { extension: "101", name: "Jane Doe", from: "+14155550144", text });
  await office.do("voicemail", { extension: "101", name: "Bo Chen", from: "+14155550177", seconds: 34 });
  await office.do("ring", { extension: "102", name: "Ann Lee", from: "+442071838751", answer_after: 1 });
  await pause(25);
}

/** Show Home Assistant's pages about the integration and its phones. */
async function shootPages(page, { url }) {
  const clip = { x: 256, y: 0, width: 1024, height: 900 };
  const ids = await page.evaluate(() =>
    Object.fromEntries(Object.values(document.querySelector("home-assistant").hass.devices).map((one) => [one.name, one.id])),
  );
  const visit = async (path, text) => {
    await page.goto(url + path);
    await page.getByText(text).last().waitFor();
    await pause(3);
  };
  await visit(`/config/devices/device/${ids["Front Desk"]}`, "Do Not Disturb");
  await shoot(page, "tour-device", { clip });
  await visit("/config/automation/edit/busy_light_demo", "Blueprint to use");
  await shoot(page, "tour-blueprint", { clip: { ...clip, height: 700 } });
  await visit("/logbook", "Today");
  await shoot(page, "tour-activity", { clip });
  await visit("/media-browser/browser", "RingCentral voicemail");
  await page.getByText("RingCentral voicemail").last().click();
  await pause(2);
  await shoot(page, "tour-voicemail", { clip: { ...clip, height: 470 } });
  await visit("/config/integrations/integration/ringcentral", "Front Desk (101)");
  await shoot(page, "tour-integration", { clip });
  await page.getByRole("button", { name: "Configure" }).first().click();
  await page.getByText("Company call log").waitFor();
  await page.getByText("Connection", { exact: true }).last().click();
  await shootDialog(page, "tour-options");
}

/** Ask the assistant, in the frontend's own dialog. */
async function shootAssist(page, { office, url }) {
  await office.do("ring", { extension: "103", name: "Harbor Dental", from: "+14155550144" });
  await page.goto(`${url}/office-phones`);
  await page.locator("ringcentral-phone").first().waitFor();
  await page.keyboard.press("a");
  const question = page.locator("ha-voice-command-dialog").getByRole("textbox");
  await question.fill("Who is on the phone?");
  await question.press("Enter");
  await pause(3);
  await shootDialog(page, "tour-assist");
}

const browser = await launch();
const demo = await startDemo();
try {
  const page = await open(browser, demo.url, demo.tokens, WIDE);
  await page.locator("home-assistant-main").first().waitFor();
  await shootSetUp(page, demo);
  await live(demo.office);
  await shootPages(page, demo);
  await shootAssist(page, demo);
  await page.context().close();
  const narrow = await open(browser, demo.url, demo.tokens, { ...NARROW, path: ADD });
  await narrow.getByText("OK", { exact: true }).last().click();
  await narrow.getByText("With a JWT credential").click();
  await narrow.getByText("Client secret").first().waitFor();
  await pause(1.5);
  await shoot(narrow, "tour-login-phone");
  await narrow.context().close();
} finally {
  await demo.stop();
  await browser.close();
}
