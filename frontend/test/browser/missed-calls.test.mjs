/** The card of missed calls, in a browser. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { launch } from "../chromium.mjs";
import { openPage } from "../page.mjs";

let browser;
let page;
beforeAll(async () => void (browser = await launch()));
afterAll(() => browser?.close());
afterEach(() => page?.context().close());

/** Show the card with these phones and options. */
async function show(phones, config = {}, options = {}) {
  page = await openPage(browser, options);
  await page.evaluate(
    async ([reported, chosen, language]) => {
      await window.show("missed-calls", new FakeOffice({ language }), chosen);
      office.sendMissed(reported);
      await rendered();
    },
    [phones, config, options.language],
  );
}
const rows = () => page.evaluate(() => [...card.shadowRoot.querySelectorAll("li")].map((row) => row.textContent.replace(/\s+/g, " ").trim()));
const call = (at, name, fields = {}) => ({ at: at * 1e6, name, ...fields });

const PHONES = [
  { device_id: "phone0", count: 2, calls: [call(1800, "John")] },
  { device_id: "phone1", count: 0, calls: [call(1700, "Jane")] },
  { device_id: "phone2", count: 1, calls: [call(1600, "Bo")] },
  { device_id: "gone", count: 3, calls: [call(1800, "Nobody")] },
];

test("calls of all phones are marked as seen by one action", async () => {
  await show(PHONES);
  expect(await page.evaluate(() => text(".chip"))).toBe("3");
  expect((await rows()).join()).not.toContain("Nobody");
  await page.getByRole("button", { name: "Mark as seen" }).click();
  expect(await page.evaluate(() => office.actions)).toEqual([
    ["ringcentral", "mark_missed_calls_seen", {}, { device_id: ["phone0", "phone2"] }],
  ]);
  await page.evaluate(() => card.remove());
  expect(await page.evaluate(() => office.sendMissed)).toBeUndefined();
});

test("only calls of chosen phones are shown, counted, and marked as seen", async () => {
  await show(PHONES, { devices: ["phone1", "phone2"] });
  expect((await rows()).map((row) => row.split(" ")[0])).toEqual(["Jane", "Bo"]);
  expect(await page.evaluate(() => text(".chip"))).toBe("1");
  await page.getByRole("button", { name: "Mark as seen" }).click();
  expect(await page.evaluate(() => office.actions[0][3])).toEqual({ device_id: ["phone2"] });
});

test("repeats of a caller are counted in one row, and how long it rang is said", async () => {
  const number = { number: "+14155550123", number_text: "+1 415-555-0123", ring_seconds: 2.4 };
  await show([{ device_id: "phone0", count: 3, calls: [call(1800, "John", number), call(1799, "John", number), call(1798, "John", number)] }]);
  const [row, ...others] = await rows();
  expect(others).toEqual([]);
  expect(row).toMatch(/^John 3 × \+1 415-555-0123 · rang 2 s .*Front Desk$/);
});

test("what is left out is counted, and shown when that is tapped", async () => {
  const calls = ["A", "B", "B", "C"].map((name, index) => call(1800 - index, name));
  await show([{ device_id: "phone0", count: 4, calls }], { most: 1 });
  expect(await rows()).toHaveLength(1);
  await page.getByRole("button", { name: "and 3 more" }).click();
  await expect.poll(async () => (await rows()).length).toBe(3);
  expect(await page.getByRole("button", { name: /more/ }).count()).toBe(0);
});

test("a tap on a caller calls back, unless the number must not be seen", async () => {
  const calls = [call(1800, "John", { number: "+14155550123" }), call(1700, null, { withheld: true })];
  await show([{ device_id: "phone0", count: 0, calls }]);
  const links = () => page.evaluate(() => [...card.shadowRoot.querySelectorAll("a")].map((link) => link.getAttribute("href")));
  expect(await links()).toEqual(["tel:+14155550123"]);
  expect((await rows())[1]).toMatch(/^Withheld number/);
  await page.evaluate(async () => {
    card.setConfig({ type: "", mask: true });
    await rendered();
  });
  expect(await links()).toEqual([]);
});

test.each([380, 320])("in German, its heading is not torn at %d px", async (width) => {
  await show(PHONES, {}, { language: "de", viewport: { width, height: 800 } });
  const [heading, button] = await page.evaluate(() => {
    document.body.style.width = `${innerWidth - 32}px`;
    return ["h2", ".control"].map((one) => card.shadowRoot.querySelector(one)).map((one) => [one.textContent, one.offsetHeight]);
  });
  expect(heading[0]).toBe("Verpasste Anrufe");
  expect(heading[1]).toBeLessThan(30);
  expect(button[1]).toBe(40);
});
