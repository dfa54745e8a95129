/** What tapping and holding do, and what the controls set. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
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
async function start(options) {
  page = await openPage(browser, options);
  await page.evaluate(() => {
    window.fired = [];
    document.addEventListener("hass-action", ({ detail }) => fired.push([detail.action, detail.config.entity]));
    document.addEventListener("hass-more-info", ({ detail }) => fired.push(["more", detail.entityId]));
  });
}
const fired = () => page.evaluate(() => fired.splice(0));
const actions = () => page.evaluate(() => office.actions.splice(0));
const ACTIONS = Object.fromEntries(["tap", "hold", "double_tap"].map((one) => [`${one}_action`, { action: "toggle" }]));
const ENTITY = "sensor.phone0_call_state";

async function hold(button) {
  await button.hover();
  await page.mouse.down();
  await page.waitForTimeout(700);
  await page.mouse.up();
}

describe.each([
  ["the phone card", "show", "phone", { device: "phone0" }],
  ["its tile", "show", "phone", { device: "phone0", layout: "tile" }],
  ["a cell of the switchboard", "show", "switchboard", {}],
  ["the badge", "showExtra", "badge", { device: "phone0" }],
])("%s", (_, how, type, config) => {
  const show = (more) => page.evaluate(([a, b, c]) => window[a](b, new FakeOffice(), c), [how, type, { ...config, ...more }]);
  const button = () => page.getByRole("button", { name: /Front Desk/ }).first();

  test("does what its options say", async () => {
    await start();
    await show(ACTIONS);
    await button().click();
    await expect.poll(fired).toEqual([["tap", ENTITY]]);
    await button().dblclick();
    await expect.poll(fired).toEqual([["double_tap", ENTITY]]);
    await hold(button());
    expect(await fired()).toEqual([["hold", ENTITY]]);
    await button().press("Enter");
    await expect.poll(fired).toEqual([["tap", ENTITY]]);
    expect(await page.getByRole("dialog").count()).toBe(0);
  });

  test("opens more by a tap without options, and does nothing where that is chosen", async () => {
    await start();
    await show({});
    await button().click();
    expect(await fired()).toEqual([["more", ENTITY]]);
    await page.evaluate(() => document.querySelector("main").replaceChildren());
    await show({ tap_action: { action: "none" }, hold_action: { action: "none" } });
    await button().click();
    await button().click({ button: "right" });
    expect(await fired()).toEqual([]);
    expect(await page.getByRole("dialog").count()).toBe(0);
  });
});

test("status and Do Not Disturb can be set for a time, and the card says until when", async () => {
  await start();
  await page.evaluate(() => show("phone", new FakeOffice(), { device: "phone0" }));
  await page.getByRole("combobox", { name: "For how long" }).selectOption({ label: "30 minutes" });
  await page.getByRole("radio", { name: "Busy" }).click();
  expect(await actions()).toEqual([
    ["ringcentral", "set_presence", { status: "busy", duration: { minutes: 30 } }, { device_id: "phone0" }],
  ]);
  await page.evaluate(async () => {
    office.set("select.phone0_set_status", "busy", { options: ["available", "busy", "offline"] });
    await update();
  });
  expect(await page.evaluate(() => text("#status"))).toMatch(/^My status · until \d\d:\d\d$/);
  expect(await page.getByRole("combobox").inputValue()).toBe("0");
  const set = (status) =>
    page.evaluate(async (value) => {
      office.set("select.phone0_set_status", value, { options: ["available", "busy", "offline"] });
      await update();
    }, status);
  await set("available");
  expect(await page.evaluate(() => text("#status"))).toBe("My status");
  await set("busy");
  await page.getByRole("combobox").selectOption({ label: "1 hour" });
  await page.getByRole("radio", { name: "Do not disturb" }).click();
  expect(await actions()).toEqual([
    ["ringcentral", "set_presence", { do_not_disturb: "do_not_accept_any_calls", duration: { minutes: 60 } }, { device_id: "phone0" }],
  ]);
  await page.getByRole("radio", { name: "Offline" }).click();
  expect(await actions()).toEqual([["select", "select_option", { option: "offline" }, { entity_id: "select.phone0_set_status" }]]);
  await expect.poll(() => page.evaluate(() => text("#status"))).toBe("My status");
});

test("switches and texts are controls like selects, where they are chosen", async () => {
  await start();
  await page.evaluate(async () => show("phone", new FakeOffice({ hasAllControls: true }), { device: "phone0", controls: ALL_CONTROLS }));
  await page.getByRole("switch").first().click();
  await page.getByRole("textbox").fill("Back at ten");
  await page.getByRole("textbox").press("Enter");
  await expect.poll(actions).toEqual([
    ["switch", "toggle", {}, { entity_id: "switch.phone0_set_accept_queue_calls" }],
    ["text", "set_value", { value: "Back at ten" }, { entity_id: "text.phone0_set_status_message" }],
  ]);
  const checked = await page.getByRole("switch").evaluateAll((all) => all.map((one) => one.getAttribute("aria-checked")));
  expect(checked).toEqual(["true", "false"]);
  await page.evaluate(async () => {
    card.setConfig({ type: "", device: "phone0", controls: ["duration", "status_message"] });
    await rendered();
  });
  expect(await page.getByRole("switch").count()).toBe(0);
  expect(await page.getByRole("combobox").count()).toBe(0);
});

test("the features of a tile card set what its phone can set", async () => {
  await start();
  await page.evaluate(async () => {
    const office = new FakeOffice({ dnd: ["take_all_calls", "do_not_accept_any_calls"] });
    for (const one of ["status", "do-not-disturb"]) await showExtra(`${one}-feature`, office);
  });
  expect(await page.getByRole("radio", { name: "Available" }).getAttribute("aria-checked")).toBe("true");
  await page.getByRole("radio", { name: "Busy" }).click();
  await page.getByRole("radio", { name: "Do not disturb" }).click();
  expect(await actions()).toEqual([
    ["select", "select_option", { option: "busy" }, { entity_id: "select.phone0_set_status" }],
    ["select", "select_option", { option: "do_not_accept_any_calls" }, { entity_id: "select.phone0_set_dnd" }],
  ]);
  const isOffered = await page.evaluate(() =>
    customCardFeatures.map(({ type, isSupported }) => [
      type,
      ...["sensor.phone0_call_state", "sensor.phone1_call_state", "light.lamp_lamp"].map((entity_id) => isSupported(office.hass, { entity_id })),
    ]),
  );
  expect(isOffered).toEqual([
    ["ringcentral-status-feature", true, false, false],
    ["ringcentral-do-not-disturb-feature", true, false, false],
  ]);
});

test("the phone card says that the connection is lost, though its entity was unavailable before that", async () => {
  await start();
  await page.evaluate(async () => {
    await show("phone", new FakeOffice(), { device: "phone0" });
    office.set("sensor.phone0_call_state", "unavailable");
    await update();
    office.set("binary_sensor.account_connection", "off");
    await update();
  });
  expect(await page.evaluate(() => text(".head"))).toContain("Connection: ");
});
