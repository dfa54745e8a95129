/** Makes the pictures of the documentation, from the real frontend and the simulated office; see scripts/screenshots. */
import { asKiosk, pause, shoot } from "./camera.mjs";
import { launch } from "./test/chromium.mjs";
import { makeDashboard, openEditor, send, startDemo } from "./test/demo.mjs";
import { open } from "./test/office.mjs";

const phone = (name, options = {}) => ({ type: "custom:ringcentral-phone", device: `$${name}`, ...options });

/** An office in which everything happens at once; the first phone rings last. */
async function play(office) {
  const act = (what, fields) => office.do(what, fields).catch((error) => console.warn(error.message));
  for (const extension of ["101", "102", "103", "104", "105", "106", "107"]) {
    await office.hangUp(extension);
    await office.do("dnd", { extension, on: false });
  }
  await act("dnd", { extension: "106", on: true });
  await act("ring", { extension: "102", name: "Jane Doe", from: "+442071838750", answer_after: 0.1 });
  await act("ring", { extension: "104", name: "Ann Lee", from: "+442071838751", answer_after: 0.1 });
  await act("call", { extension: "105", to: "+14155550177", name: "Dr. Bo Chen" });
  await act("ring", { extension: "103", queue: true, name: "Kira Keller", from: "+14155550144", answer_after: 0.1 });
  await pause(1);
  await act("hold", { extension: "104" });
  await act("ring", { extension: "104", name: "Cy Roth", from: "+14155550188" });
  await act("ring", { extension: "101", name: "John Wang", from: "+14155550123" });
  await pause(1.2);
}

/** Return where the cards of the page are, with a margin. */
async function box(page) {
  const boxes = await Promise.all((await page.locator("ringcentral-phone").all()).map((card) => card.boundingBox()));
  const edges = (side, size = 0) => boxes.map((one) => one[side] + (size ? one[size] : 0));
  const [x, y] = [Math.min(...edges("x")) - 16, Math.min(...edges("y")) - 16];
  return { x, y, width: Math.max(...edges("x", "width")) + 16 - x, height: Math.max(...edges("y", "height")) + 16 - y };
}

/** Show the simulated office's own page while it is busy, with a fault in force. */
async function shootSimulator(browser, office) {
  const context = await browser.newContext({ colorScheme: "light", viewport: { width: 1280, height: 600 } });
  const page = await context.newPage();
  await play(office);
  await office.do("faults", { kind: "delay", min: 0.5, max: 2 });
  await page.goto(`${office.url}/simulator/`);
  await page.getByText("Clear all").waitFor();
  await pause(1);
  await shoot(page, "simulator", { fullPage: true });
  await office.do("faults/clear");
  await context.close();
}

/** Show the badge, the features of a tile card, and the popup over another card. */
async function shootSmallThings(page, { url, office }) {
  const features = ["status", "do-not-disturb"].map((one) => ({ type: `custom:ringcentral-${one}-feature` }));
  const tile = { type: "tile", entity: "sensor.front_desk_call_state", features, grid_options: { columns: 12 } };
  await makeDashboard(page, "doc-small", [[tile, { type: "markdown", content: "# Kitchen\nThe popup opens over whatever is here." }]]);
  const [config] = await send(page, { type: "lovelace/config", url_path: "doc-small" });
  const devices = await page.evaluate(() => Object.values(document.querySelector("home-assistant").hass.devices));
  config.views[0].badges = ["Front Desk", "Alice Moreau", "Farid Haddad"].map((name) => ({
    type: "custom:ringcentral-badge",
    device: devices.find((one) => one.name === name).id,
    popup: name === "Front Desk",
  }));
  await send(page, { type: "lovelace/config/save", url_path: "doc-small", config });
  await page.goto(`${url}/doc-small`);
  await page.locator("ringcentral-badge").nth(2).waitFor();
  await asKiosk(page);
  await play(office);
  await page.locator("ringcentral-popup").getByRole("dialog").waitFor();
  await shoot(page, "popup-dark", { clip: { x: 300, y: 40, width: 680, height: 720 } });
  await page.keyboard.press("Escape");
  await pause(0.5);
  await shoot(page, "badge-dark", { clip: { x: 330, y: 60, width: 620, height: 312 } });
}

const browser = await launch();
const small = await startDemo();
try {
  const miss = async (extension, name, from) => {
    await small.office.do("ring", { extension, name, from });
    await pause(2);
    await small.office.do("hang_up", { extension });
    await pause(3);
  };
  await miss("107", "Ann Lee", "+442071838751");
  await miss("101", "Main Street Bakery", "+14155550166");
  for (const theme of ["dark", "light"]) {
    const page = await open(browser, small.url, small.tokens, { colorScheme: theme });
    await page.locator("ringcentral-switchboard").waitFor();
    await play(small.office);
    await shoot(page, `dashboard-${theme}`);
    if (theme === "dark") {
      await makeDashboard(page, "doc-states", [
        [phone("Front Desk", { hide_controls: true }), phone("Alice Moreau"), phone("Ben Okafor"), phone("Emma Nakamura")],
        [
          phone("Carla Jensen"),
          phone("David Lindqvist"),
          phone("Front Desk", { layout: "tile" }),
          phone("Alice Moreau", { layout: "tile" }),
          phone("Emma Nakamura", { layout: "tile" }),
          phone("Grace Sullivan", { layout: "tile" }),
        ],
      ]);
    }
    await page.goto(`${small.url}/doc-states`);
    await page.locator("ringcentral-phone").nth(9).waitFor();
    await asKiosk(page);
    await play(small.office);
    await shoot(page, `phone-${theme}`, { clip: await box(page) });
    if (theme === "dark") await shootSmallThings(page, small);
    await page.context().close();
  }
  const narrow = await open(browser, small.url, small.tokens, { colorScheme: "dark", viewport: { width: 412, height: 860 } });
  await narrow.locator("ringcentral-phone").first().waitFor();
  await play(small.office);
  await shoot(narrow, "dashboard-phone");
  await narrow.context().close();
  const page = await open(browser, small.url, small.tokens, { colorScheme: "light", path: "/doc-states?edit=1" });
  await openEditor(page);
  await pause(1.5);
  await shoot(page, "editor", { clip: { x: 120, y: 30, width: 1040, height: 740 } });
  await page.context().close();
  await shootSimulator(browser, small.office);
} finally {
  await small.stop();
}
const large = await startDemo("--users", "120");
try {
  const page = await open(browser, large.url, large.tokens, { colorScheme: "dark", viewport: { width: 1280, height: 800 } });
  await page.locator("ringcentral-switchboard").waitFor();
  await asKiosk(page);
  await large.office.do("office", { playing: true, speed: 6 });
  await pause(12);
  await shoot(page, "switchboard");
} finally {
  await large.stop();
  await browser.close();
}
