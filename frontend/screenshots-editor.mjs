/** Makes the pictures of the automation editor, with what the integration adds to it; see scripts/screenshots. */
import { pause, shoot } from "./camera.mjs";
import { launch } from "./test/chromium.mjs";
import { startDemo } from "./test/demo.mjs";
import { open } from "./test/office.mjs";

/** Save an automation for two phones and open it. */
async function openAutomation(page, url) {
  await page.locator("home-assistant-main").first().waitFor();
  await page.evaluate(async () => {
    const { hass } = document.querySelector("home-assistant");
    const named = Object.fromEntries(Object.values(hass.devices).map((one) => [one.name, one.id]));
    const target = { device_id: [named["Front Desk"], named["Alice Moreau"]] };
    await hass.callApi("POST", "config/automation/config/doc", {
      alias: "Busy at the front desk",
      triggers: [
        { trigger: "ringcentral.started_ringing", target, options: { queue: "only", behavior: "each_call", for: { seconds: 15 } } },
      ],
      conditions: [],
      actions: [
        {
          action: "ringcentral.set_presence",
          target: { device_id: named["Front Desk"] },
          data: { do_not_disturb: "do_not_accept_any_calls", message: "In a workshop", duration: { hours: 1 } },
        },
      ],
    });
  });
  await page.goto(`${url}/config/automation/edit/doc`);
  await page.getByText("Add action").first().waitFor();
}

/** Show what the integration offers in one of the editor's dialogs. */
async function shootList(page, kind, name) {
  await page.getByText(`Add ${kind}`).first().click();
  await page.getByText("By type").click();
  await page.getByText("RingCentral", { exact: true }).last().click();
  await pause(1.5);
  await shoot(page, name, { clip: { x: 38, y: 40, width: 1024, height: 920 } });
  await page.keyboard.press("Escape");
  await pause(1);
}

/** Show how one row of the automation is configured. */
async function shootForm(page, row, name) {
  // The middle of a row may be a target, which opens a dialog of its own.
  await page.getByText(row).first().click({ position: { x: 5, y: 5 } });
  await pause(2);
  await shoot(page, name, { clip: { x: 586, y: 64, width: 510, height: 936 } });
}

const browser = await launch();
const demo = await startDemo();
try {
  const page = await open(browser, demo.url, demo.tokens, { viewport: { width: 1100, height: 1000 } });
  await openAutomation(page, demo.url);
  await shootList(page, "trigger", "editor-triggers");
  await shootList(page, "condition", "editor-conditions");
  await shootForm(page, "Phone started ringing", "editor-trigger");
  await shootForm(page, "Set presence", "editor-action");
} finally {
  await demo.stop();
  await browser.close();
}
