/** What screen readers say of ringing phones. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { launch } from "../chromium.mjs";
import { openPage } from "../page.mjs";

let browser;
let page;
beforeAll(async () => void (browser = await launch()));
afterAll(() => browser?.close());
afterEach(async () => {
  expect(page.problems).toEqual([]);
  await page.context().close();
});
const start = async () => (page = await openPage(browser));
const spoken = () =>
  page.evaluate(() => {
    const lines = [];
    const read = (root) => {
      for (const one of root.querySelectorAll("*")) {
        if (one.role === "status" && one.textContent.trim()) lines.push(one.textContent.trim());
        if (one.shadowRoot) read(one.shadowRoot);
      }
    };
    read(document);
    return lines;
  });

test("a phone that a hidden card drew first is announced by the card that is seen", async () => {
  await start();
  await page.evaluate(async () => {
    const office = new FakeOffice();
    const hidden = await show("switchboard", office);
    hidden.style.display = "none";
    const shown = await show("phone", office, { device: "phone1" });
    office.calls(1, call("ringing"));
    hidden.hass = office.hass;
    await rendered();
    shown.hass = office.hass;
    await rendered();
  });
  expect(await spoken()).toEqual(["Alice Moreau: John Wang is calling"]);
});

test("a card that was hidden when a phone began to ring announces it once it is seen", async () => {
  await start();
  await page.evaluate(async () => {
    const office = new FakeOffice();
    const card = await show("phone", office, { device: "phone1" });
    card.style.display = "none";
    card.hass = office.calls(1, call("ringing"));
    await rendered();
  });
  expect(await spoken()).toEqual([]);
  await page.evaluate(async () => {
    card.style.display = "";
    card.hass = office.set("light.lamp_lamp", "off");
    await rendered();
  });
  expect(await spoken()).toEqual(["Alice Moreau: John Wang is calling"]);
});

test("the second call of a phone is announced, too", async () => {
  await start();
  await page.evaluate(async () => {
    await show("phone", new FakeOffice(), { device: "phone0" });
    office.calls(0, call("ringing"));
    await update();
    office.calls(0, call("ringing"), call("ringing", { from_name: "Bo Chen" }));
    await update();
  });
  expect(await spoken()).toEqual(["Front Desk: Bo Chen is calling"]);
});

test("while the dialog of a switchboard is open, other phones are announced in it", async () => {
  await start();
  await page.evaluate(() => show("switchboard", new FakeOffice()));
  await page.getByRole("button", { name: /Front Desk/ }).first().click({ button: "right" });
  await page.getByRole("dialog").waitFor();
  await page.evaluate(async () => {
    office.calls(1, call("ringing"));
    await update();
  });
  expect(await spoken()).toEqual(["Alice Moreau: John Wang is calling"]);
  const isInDialog = await page.evaluate(() => {
    const lines = [...card.shadowRoot.querySelectorAll("[role=status]")];
    return lines.find((line) => line.textContent).assignedSlot?.closest("dialog").open;
  });
  expect(isInDialog).toBe(true);
});

test("names and numbers are separate words", async () => {
  await start();
  await page.evaluate(async () => {
    const office = new FakeOffice();
    office.calls(0, call("ringing"));
    await show("switchboard", office);
    await show("phone", office, { device: "phone0" });
    await showExtra("badge", office, { device: "phone0" });
  });
  await page.getByRole("button", { name: /^Front Desk 101 Ringing · John Wang$/ }).waitFor();
  await page.getByRole("button", { name: /^Front Desk 101 · Available$/ }).waitFor();
  await page.getByRole("button", { name: /^Front Desk Ringing · John Wang$/ }).waitFor();
});
