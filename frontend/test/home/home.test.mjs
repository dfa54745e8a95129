/** The real frontend of a real Home Assistant, with the simulated office behind it. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { launch } from "../chromium.mjs";
import { makeDashboard, openEditor, send, startDemo } from "../demo.mjs";
import { open } from "../office.mjs";
import { violations } from "../page.mjs";

let demo;
let browser;
let page;
beforeAll(async () => {
  [demo, browser] = await Promise.all([startDemo(), launch()]);
});
afterAll(async () => {
  await browser?.close();
  await demo?.stop();
});

async function visit(path, options) {
  page = await open(browser, demo.url, demo.tokens, { path, ...options });
  page.errors = [];
  page.on("pageerror", (error) => page.errors.push(error.stack));
  return page;
}
afterEach(async () => {
  expect(page.errors.filter((error) => error?.includes("ringcentral"))).toEqual([]);
  await page.context().close();
});

const card = (name) => page.locator("ringcentral-phone", { hasText: name }).first();

/** Return when the phone card has the call in that state, in the browser's own milliseconds. */
const shows = (state) =>
  page.evaluate(
    (expected) =>
      new Promise((done) => {
        const deepQuery = (root) => {
          for (const element of root.querySelectorAll("*")) {
            if (element.localName === "ringcentral-phone") return element;
            const found = element.shadowRoot && deepQuery(element.shadowRoot);
            if (found) return found;
          }
          return null;
        };
        const element = deepQuery(document);
        const look = () =>
          element.shadowRoot.querySelector(`.call[data-tone=${expected}]`) ? done(Date.now()) : requestAnimationFrame(look);
        look();
      }),
    state,
  );

test("a phone that rings is seen at once, is answered, counts, and is idle again", async () => {
  await visit("/office-phones");
  await card("Front Desk").waitFor();
  const took = [];
  for (const name of ["John Wang", "Jane Doe", "Ann Lee"]) {
    const began = Date.now();
    const seen = shows("ringing");
    await demo.office.do("ring", { extension: "101", name, from: "+14155550123" });
    took.push((await seen) - began);
    await card("Front Desk").locator(".call .name", { hasText: name }).waitFor();
    await demo.office.do("answer", { extension: "101" });
    await shows("connected");
    const timer = card("Front Desk").getByRole("timer");
    const first = await timer.textContent();
    await expect.poll(() => timer.textContent(), { timeout: 5000 }).not.toBe(first);
    await demo.office.do("hang_up", { extension: "101" });
    await card("Front Desk").locator(".call .name", { hasText: name }).waitFor({ state: "detached" });
  }
  console.log(`From the call to the ringing card: ${took.join(", ")} ms`);
  expect(Math.min(...took)).toBeLessThan(2000);
});

/** End whatever is under way, and wait until that is seen. */
async function hangUpAll() {
  await demo.office.hangUp("101");
  await card("Front Desk").locator(".call").first().waitFor({ state: "detached" });
}

test("hold, a second call, a queue, Do Not Disturb: each is shown", async () => {
  await visit("/office-phones");
  await card("Front Desk").waitFor();
  await hangUpAll();
  await demo.office.do("ring", { extension: "101", name: "John Wang", answer_after: 0.1 });
  await shows("connected");
  await demo.office.do("hold", { extension: "101" });
  await shows("on_hold");
  await demo.office.do("ring", { extension: "101", name: "Jane Doe" });
  await shows("ringing");
  expect(await card("Front Desk").locator(".call .name").allTextContents()).toEqual(["Jane Doe", "John Wang"]);
  await hangUpAll();
  await card("Front Desk").getByRole("radio", { name: "Do not disturb" }).click();
  await page.locator("ringcentral-switchboard").getByRole("button", { name: /Front Desk.*Do not disturb/s }).waitFor();
  await card("Front Desk").getByRole("radio", { name: "Off", exact: true }).click();
  await page.locator("ringcentral-switchboard").getByRole("button", { name: /Front Desk.*Available/s }).waitFor();
});

test("a missed call is listed, and can be marked as seen", async () => {
  await visit("/office-phones/missed");
  const missed = page.locator("ringcentral-missed-calls");
  await missed.waitFor();
  await demo.office.do("ring", { extension: "102", name: "Missed Me" });
  await new Promise((done) => setTimeout(done, 1500));
  await demo.office.do("hang_up", { extension: "102" });
  await missed.getByText("Missed Me").waitFor();
  await missed.getByRole("button").click();
  await missed.getByRole("button").waitFor({ state: "detached" });
  await missed.getByText("Missed Me").waitFor();
});

test("a voicemail is listened to, marked as read and deleted, and recent calls have the call that left it", async () => {
  await visit("/office-phones/history");
  const voicemail = page.locator("ringcentral-voicemail");
  await voicemail.waitFor();
  await demo.office.do("voicemail", { extension: "101", name: "Olga Lund", from: "+14155550142", seconds: 20 });
  await voicemail.getByRole("button", { name: "Play: Olga Lund" }).click();
  await voicemail.getByRole("button", { name: "Pause: Olga Lund" }).waitFor();
  await voicemail.getByRole("slider").fill("15");
  await voicemail.getByText(/^0:1[5-9] \/ 0:20$/).waitFor();
  await voicemail.getByRole("button", { name: "Mark as read" }).click();
  await voicemail.getByRole("button", { name: "Mark as unread" }).waitFor();
  await voicemail.getByRole("button", { name: "Delete" }).click();
  await voicemail.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
  await voicemail.getByText("Olga Lund").first().waitFor({ state: "detached" });
  await page.locator("ringcentral-recent-calls").getByRole("img", { name: "Voicemail" }).first().waitFor();
});

test("a status can be set for a time", async () => {
  await visit("/office-phones");
  await card("Front Desk").getByRole("combobox", { name: "For how long" }).selectOption({ label: "15 minutes" });
  await card("Front Desk").getByRole("radio", { name: "Busy" }).click();
  await card("Front Desk").getByText(/My status · until \d/).waitFor();
  await card("Front Desk").getByRole("radio", { name: "Busy", checked: true }).waitFor();
  await card("Front Desk").getByRole("radio", { name: "Available" }).click();
  await card("Front Desk").getByText("My status", { exact: true }).waitFor();
});

test("a tap opens what Home Assistant knows of the phone", async () => {
  await visit("/office-phones");
  await page.locator("ringcentral-switchboard").getByRole("button", { name: /Alice Moreau/ }).click();
  await page.locator("ha-more-info-dialog").getByText("Call state").first().waitFor();
});

test("the cards fit into sections and masonry, at the sizes that they ask for", async () => {
  await visit("/office-phones");
  await card("Front Desk").waitFor();
  const cards = [
    { type: "custom:ringcentral-phone", device: "$Front Desk", layout: "tile" },
    { type: "tile", entity: "sensor.front_desk_call_state" },
    { type: "custom:ringcentral-phone", device: "$Front Desk" },
    { type: "custom:ringcentral-phone", device: "gone", layout: "tile" },
  ];
  await makeDashboard(page, "test-sections", [cards]);
  await makeDashboard(page, "test-masonry", [cards], "masonry");
  await page.goto(`${demo.url}/test-sections`);
  await page.getByText("Device not found").waitFor();
  const [tile, builtIn] = await Promise.all(
    ["ringcentral-phone", "hui-tile-card"].map((tag) => page.locator(tag).first().boundingBox()),
  );
  expect([tile.height, tile.width]).toEqual([builtIn.height, builtIn.width]);
  await page.goto(`${demo.url}/test-masonry`);
  await page.getByText("Device not found").waitFor();
});

test("the editor asks for what a card needs, and keeps it", async () => {
  await visit("/office-phones");
  await card("Front Desk").waitFor();
  await makeDashboard(page, "test-editor", [[{ type: "custom:ringcentral-phone", device: "$Front Desk" }]]);
  await page.goto(`${demo.url}/test-editor?edit=1`);
  await openEditor(page);
  const dialog = page.locator("hui-dialog-edit-card");
  await dialog.getByText("Front Desk").first().waitFor();
  // The switch beside the text takes the click.
  await dialog.getByText("Hide controls").click({ force: true });
  await dialog.getByRole("radio").first().waitFor({ state: "detached" });
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.waitFor({ state: "hidden" });
  await page.goto(`${demo.url}/test-editor`);
  await card("Front Desk").waitFor();
  expect(await card("Front Desk").getByRole("radio").count()).toBe(0);
});

test("actions of a card are carried out, and a dashboard's badge opens a popup over any of its views", async () => {
  await visit("/office-phones");
  await card("Front Desk").waitFor();
  await hangUpAll();
  const tap_action = { action: "navigate", navigation_path: "/test-actions/kitchen" };
  await makeDashboard(page, "test-actions", [[{ type: "custom:ringcentral-phone", device: "$Front Desk", tap_action }]]);
  const [config] = await send(page, { type: "lovelace/config", url_path: "test-actions" });
  const [{ device }] = config.views[0].sections[0].cards;
  config.views[0].badges = [{ type: "custom:ringcentral-badge", device, popup: true }];
  config.views.push({ title: "Kitchen", path: "kitchen", cards: [{ type: "markdown", content: "Nothing of phones" }] });
  await send(page, { type: "lovelace/config/save", url_path: "test-actions", config });
  await page.goto(`${demo.url}/test-actions`);
  await page.locator("ringcentral-badge").getByText("Front Desk").waitFor();
  await card("Front Desk").locator(".head").click();
  await page.getByText("Nothing of phones").waitFor();
  await demo.office.do("ring", { extension: "101", name: "Pop Up" });
  const popup = page.locator("ringcentral-popup");
  await popup.locator(".name", { hasText: "Pop Up" }).waitFor();
  await popup.getByRole("button", { name: "Close" }).click();
  await popup.locator(".name", { hasText: "Pop Up" }).waitFor({ state: "detached" });
  await demo.office.hangUp("101");
});

test("a tile card has the features of its phone", async () => {
  await visit("/office-phones");
  await card("Front Desk").waitFor();
  const features = ["status", "do-not-disturb"].map((one) => ({ type: `custom:ringcentral-${one}-feature` }));
  await makeDashboard(page, "test-features", [[{ type: "tile", entity: "sensor.front_desk_call_state", features }]]);
  await page.goto(`${demo.url}/test-features`);
  const tile = page.locator("hui-tile-card");
  await tile.getByRole("radio", { name: "Busy" }).click();
  await tile.getByRole("radio", { name: "Busy", checked: true }).waitFor();
  await tile.getByRole("radio", { name: "Available" }).click();
  await tile.getByRole("radio", { name: "Available", checked: true }).waitFor();
  await tile.getByRole("radio", { name: "Off", exact: true, checked: true }).waitFor();
});

test("the dashboard that builds itself has an editor", async () => {
  await visit("/config/lovelace/dashboards");
  await page.getByRole("button", { name: /add dashboard/i }).first().click();
  await page.locator("dashboard-card", { hasText: "RingCentral: Phones" }).click();
  const title = page.locator("dialog-lovelace-dashboard-detail ha-form input").first();
  await expect.poll(() => title.inputValue(), { timeout: 15_000 }).toBe("Phones");
  await title.fill("Wall of phones");
  await page.getByRole("button", { name: "Create" }).click();
  await title.waitFor({ state: "detached" });
  await page.goto(`${demo.url}/wall-of-phones`);
  await card("Front Desk").waitFor();
  await page.getByRole("button", { name: "Edit dashboard" }).click();
  const dialog = page.locator("dialog-dashboard-strategy-editor");
  await dialog.getByText("While one of these phones rings").waitFor();
  await dialog.getByText("Mask numbers").click({ force: true });
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.getByText("Mask numbers").waitFor({ state: "detached" });
  const [config] = await send(page, { type: "lovelace/config", url_path: "wall-of-phones" });
  expect(config.strategy).toEqual({ type: "custom:ringcentral-phones", mask: true });
});

test.each(["light", "dark"])("axe finds nothing of ours in the %s theme", async (colorScheme) => {
  await visit("/office-phones", { colorScheme, reducedMotion: "reduce" });
  await card("Front Desk").waitFor();
  await hangUpAll();
  await demo.office.do("ring", { extension: "103", name: "Kira Keller", answer_after: 0.1 });
  await demo.office.do("ring", { extension: "101", name: "John Wang" });
  await shows("ringing");
  expect(await violations(page, "ringcentral-")).toEqual([]);
  await page.goto(`${demo.url}/office-phones/missed`);
  await page.locator("ringcentral-missed-calls").getByText("Missed Me").first().waitFor();
  expect(await violations(page, "ringcentral-")).toEqual([]);
  await page.goto(`${demo.url}/test-actions`);
  await page.locator("ringcentral-popup").getByRole("button", { name: "Close" }).waitFor();
  expect(await violations(page, "ringcentral-")).toEqual([]);
  for (const extension of ["101", "103"]) await demo.office.hangUp(extension);
});

/** Click a preview by the layer above it, once the previews that load around it no longer move it. */
const pick = (picker, name) =>
  picker.locator(".card", { has: page.getByText(name, { exact: true }) }).locator(".overlay").first().click();

test("the picker offers the cards, and adds the one that is chosen", async () => {
  await visit("/office-phones");
  await card("Front Desk").waitFor();
  await makeDashboard(page, "test-picker", [[]]);
  await page.goto(`${demo.url}/test-picker?edit=1`);
  await page.getByRole("button", { name: "Add card" }).first().click();
  await page.getByText("Browse all cards").click();
  const offered = (name) => page.getByText(`RingCentral: ${name}`, { exact: true }).first();
  for (const name of ["Phone", "Switchboard", "Missed calls"]) await offered(name).waitFor({ state: "attached" });
  await pick(page.locator("hui-card-picker"), "RingCentral: Switchboard");
  const dialog = page.locator("hui-dialog-edit-card");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.waitFor({ state: "hidden" });
  await page.goto(`${demo.url}/test-picker`);
  await page.locator("ringcentral-switchboard").getByRole("button", { name: /Front Desk/ }).waitFor();
});

test("the picker suggests the phone's card for an entity of it, and adds the one that is chosen", async () => {
  await visit("/office-phones");
  await card("Front Desk").waitFor();
  await makeDashboard(page, "test-suggestions", [[]]);
  await page.goto(`${demo.url}/test-suggestions?edit=1`);
  await page.getByRole("button", { name: "Add card" }).first().click();
  await page.getByText("By entity").click();
  const picker = page.locator("hui-suggestion-picker");
  await picker.getByPlaceholder("Search entities").fill("front desk call state");
  await picker.getByText("Call state", { exact: true }).first().click();
  await picker.getByText("RingCentral: Phone", { exact: true }).waitFor();
  await pick(picker, "RingCentral: Phone - Tile");
  await picker.waitFor({ state: "detached" });
  await page.goto(`${demo.url}/test-suggestions`);
  await card("Front Desk").locator(".tile").waitFor();
});

test("the dashboard can be chosen among the community's, and builds itself", async () => {
  await visit("/config/lovelace/dashboards");
  await page.getByRole("button", { name: /add dashboard/i }).first().click();
  await page.locator("dashboard-card", { hasText: "RingCentral: Phones" }).click();
  const title = page.locator("dialog-lovelace-dashboard-detail ha-form input").first();
  await expect.poll(() => title.inputValue(), { timeout: 15_000 }).toBe("Phones");
  await page.getByRole("button", { name: "Create" }).click();
  await title.waitFor({ state: "detached" });
  await page.goto(`${demo.url}/dashboard-phones`);
  await card("Front Desk").waitFor();
  await page.locator("ringcentral-switchboard").getByRole("button", { name: /Alice Moreau/ }).waitFor();
});

test("in another language every word is another", async () => {
  await visit("/office-phones");
  await card("Front Desk").waitFor();
  await page.evaluate(() => localStorage.setItem("selectedLanguage", '"de"'));
  await page.goto(`${demo.url}/office-phones`);
  await card("Front Desk").getByText("Mein Status").waitFor();
  await page.getByText("Verpasste Anrufe").first().waitFor();
  await card("Front Desk").getByRole("radio", { name: "Beschäftigt" }).waitFor();
});
