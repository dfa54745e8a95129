/** The switchboard, in a browser. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { launch } from "../chromium.mjs";
import { openPage } from "../page.mjs";

let browser;
let page;
beforeAll(async () => void (browser = await launch()));
afterAll(() => browser?.close());
afterEach(async () => {
  expect(page?.problems).toEqual([]);
  expect(page?.requests).toEqual([]);
  await page?.context().close();
});
const start = async (options) => (page = await openPage(browser, options));

/** Press a button until its dialog is there. */
async function hold(button) {
  await button.hover();
  await page.mouse.down();
  await page.getByRole("dialog").waitFor();
  await page.mouse.up();
}

const names = () => page.evaluate(() => [...card.shadowRoot.querySelectorAll("li .name")].map((one) => one.textContent));

test("a switchboard shows ringing phones first, and finds and filters", async () => {
  await start();
  await page.evaluate(async () => {
    const office = new FakeOffice({ people: 5 });
    office.calls(3, call("ringing"));
    office.calls(1, call("connected", { from_name: "Zoë" }));
    await show("switchboard", office, { toolbar: true });
  });
  expect((await names())[0]).toBe("Carla Jensen");
  await page.getByRole("searchbox").fill("zoe");
  await expect.poll(names).toEqual(["Alice Moreau"]);
  await page.getByRole("searchbox").fill("");
  await page.getByRole("button", { name: "Ringing 1" }).click();
  await expect.poll(names).toEqual(["Carla Jensen"]);
  await page.getByRole("button", { name: "all 5" }).click();
  await page.getByRole("combobox").selectOption("name");
  await expect.poll(async () => (await names())[0]).toBe("Alice Moreau");
  await page.getByRole("searchbox").fill("nobody");
  await expect.poll(() => page.getByText("no match").isVisible()).toBe(true);
});

test("a switchboard opens more on a tap, and the controls on a long one, a right click or the menu key", async () => {
  await start();
  await page.evaluate(async () => {
    await show("switchboard", new FakeOffice());
    window.opened = [];
    document.addEventListener("hass-more-info", (event) => opened.push(event.detail.entityId));
  });
  const cell = page.getByRole("button", { name: /Front Desk/ }).first();
  await cell.click();
  expect(await page.evaluate(() => opened)).toEqual(["sensor.phone0_call_state"]);
  for (const open of [
    () => hold(cell),
    () => cell.click({ button: "right" }),
    async () => {
      await cell.focus();
      await cell.dispatchEvent("contextmenu");
    },
  ]) {
    await open();
    await page.getByRole("dialog").getByRole("radio", { name: "Busy" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
  }
  expect(await page.evaluate(() => opened.length)).toBe(1);
});

test("a switchboard gives the focus back when its dialog is closed, and then handles the first key", async () => {
  await start();
  await page.evaluate(async () => {
    await show("switchboard", new FakeOffice());
    window.opened = [];
    document.addEventListener("hass-more-info", (event) => opened.push(event.detail.entityId));
  });
  const focused = () => page.evaluate(() => card.shadowRoot.activeElement?.querySelector(".name")?.textContent);
  const dialog = page.getByRole("dialog");
  const cell = page.getByRole("button", { name: /Alice Moreau/ }).first();
  for (const close of [() => dialog.getByRole("button", { name: "Close" }).click(), () => page.mouse.click(2, 2)]) {
    await cell.focus();
    await hold(cell);
    await close();
    await dialog.waitFor({ state: "detached" });
    expect(await focused()).toBe("Alice Moreau");
  }
  await page.keyboard.press("Enter");
  expect(await page.evaluate(() => opened)).toEqual(["sensor.phone1_call_state"]);
});

test("a switchboard shows in its dialog what has been chosen", async () => {
  await start();
  await page.evaluate(() => show("switchboard", new FakeOffice()));
  await page.getByRole("button", { name: /Front Desk/ }).first().click({ button: "right" });
  const busy = page.getByRole("dialog").getByRole("radio", { name: "Busy" });
  await busy.waitFor();
  await page.evaluate(async () => {
    office.set("select.phone0_set_status", "busy", { options: ["available", "busy", "offline"] });
    await update();
  });
  await expect.poll(() => busy.getAttribute("aria-checked")).toBe("true");
});

test("a switchboard opens no controls for two fingers, nor once it has left the page, and works when it is back", async () => {
  await start();
  const dialogs = () => page.getByRole("dialog").count();
  const pause = () => page.evaluate(() => new Promise((done) => setTimeout(done, 700)));
  await page.evaluate(async () => {
    await show("switchboard", new FakeOffice());
    window.touch = (kind, index) =>
      card.shadowRoot.querySelectorAll("li button")[index].dispatchEvent(new PointerEvent(kind, { bubbles: true, button: 0 }));
    for (const kind of ["pointerdown", "pointerup"]) for (const finger of [0, 1]) touch(kind, finger);
  });
  await pause();
  expect(await dialogs()).toBe(0);
  await page.evaluate(() => {
    touch("pointerdown", 0);
    window.parent_ = card.parentElement;
    card.remove();
  });
  await pause();
  await page.evaluate(() => parent_.append(card));
  await page.getByRole("button", { name: /Front Desk/ }).first().click({ button: "right" });
  await page.getByRole("dialog").waitFor();
  await page.evaluate(async () => {
    card.remove();
    parent_.append(card);
    await rendered();
  });
  expect(await dialogs()).toBe(0);
});

test("arrow keys go from row to row", async () => {
  await start();
  await page.evaluate(() => show("switchboard", new FakeOffice({ people: 30 })));
  const place = () =>
    page.evaluate(() => {
      const { x, y } = card.shadowRoot.activeElement.getBoundingClientRect();
      return [x, y];
    });
  await page.evaluate(() => card.shadowRoot.querySelectorAll("li button")[0].focus());
  const [left, top] = await place();
  await page.keyboard.press("ArrowDown");
  const [below, down] = await place();
  expect(below).toBe(left);
  expect(down).toBeGreaterThan(top);
  await page.keyboard.press("ArrowUp");
  expect(await place()).toEqual([left, top]);
});

test("a switchboard keeps the focus on the board when the cell that had it goes", async () => {
  await start();
  await page.evaluate(async () => {
    const office = new FakeOffice({ people: 4 });
    for (const index of [1, 2]) office.calls(index, call("ringing"));
    await show("switchboard", office, { toolbar: true });
  });
  await page.getByRole("button", { name: "Ringing 2" }).click();
  await expect.poll(names).toEqual(["Alice Moreau", "Ben Okafor"]);
  await page.evaluate(async () => {
    card.shadowRoot.querySelectorAll("li button")[1].focus();
    office.calls(2, call("connected"));
    await update();
  });
  expect(await page.evaluate(() => card.shadowRoot.activeElement?.querySelector(".name")?.textContent)).toBe("Alice Moreau");
});

test("a switchboard takes empty options as not given", async () => {
  await start();
  await page.evaluate(() => show("switchboard", new FakeOffice({ queues: 1 }), { areas: null, devices: null, labels: null, show: null }));
  expect((await names()).length).toBe(4);
});

test("a switchboard has one tab stop, arrow keys go on, and the focus stays when phones move", async () => {
  await start();
  await page.evaluate(() => show("switchboard", new FakeOffice({ people: 4 })));
  const focused = () => page.evaluate(() => card.shadowRoot.activeElement?.querySelector(".name")?.textContent);
  await page.keyboard.press("Tab");
  expect(await focused()).toBe("Front Desk");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("End");
  expect(await focused()).toBe("Carla Jensen");
  await page.evaluate(async () => {
    office.calls(3, call("ringing"));
    await update();
  });
  expect(await focused()).toBe("Carla Jensen");
  expect((await names())[0]).toBe("Carla Jensen");
  await page.keyboard.press("Tab");
  expect(await focused()).toBeUndefined();
});

test("a switchboard says when the account is not connected", async () => {
  await start();
  await page.evaluate(async () => {
    const office = new FakeOffice();
    office.set("binary_sensor.account_connection", "off");
    await show("switchboard", office);
  });
  expect(await page.evaluate(() => text(".notice"))).toMatch(/^Connection: /);
});

test("events between two frames are rendered once", async () => {
  await start();
  const renders = await page.evaluate(async () => {
    await show("switchboard", new FakeOffice({ people: 50 }));
    await settled();
    let renders = 0;
    const { render } = card;
    card.render = (...given) => ((renders += 1), render.apply(card, given));
    for (let index = 0; index < 50; index += 1) card.hass = office.calls(index, call("connected"));
    await settled();
    return renders;
  });
  expect(renders).toBe(1);
});

test("a storm of events is rendered five times a second, and to its end", async () => {
  await start();
  const [renders, words] = await page.evaluate(async () => {
    await show("switchboard", new FakeOffice({ people: 50 }), { sort: "number" });
    let renders = 0;
    const { render } = card;
    card.render = (...given) => ((renders += 1), render.apply(card, given));
    const began = performance.now();
    for (let index = 0; index < 50; index += 1) {
      card.hass = office.calls(index, call("connected"));
      await new Promise((done) => setTimeout(done, 10));
    }
    await new Promise((done) => setTimeout(done, 250));
    const most = (performance.now() - began) / 200 + 1;
    return [renders / most, card.shadowRoot.querySelectorAll("[data-tone=connected]").length];
  });
  expect(renders).toBeGreaterThan(0);
  expect(renders).toBeLessThanOrEqual(1);
  expect(words).toBe(50);
});

test("phones that begin or cease to ring move, and no others", async () => {
  await start();
  const moved = await page.evaluate(async () => {
    await show("switchboard", new FakeOffice({ people: 30 }));
    const changes = [[7, call("ringing")], [9, call("ringing")], [20, call("ringing")], [7], [9]];
    const seen = [];
    for (const [index, ...calls] of changes) {
      const moved = new Set();
      const observer = new MutationObserver((records) => {
        for (const one of records.flatMap((record) => [...record.addedNodes, ...record.removedNodes])) moved.add(one.dataset.id);
      });
      observer.observe(card.shadowRoot.querySelector("ul"), { childList: true });
      office.calls(index, ...calls);
      await update();
      observer.disconnect();
      seen.push([...moved]);
    }
    return [seen, [...card.shadowRoot.querySelectorAll("li")].slice(0, 11).map((one) => one.dataset.id)];
  });
  const phones = (...numbers) => numbers.map((number) => `phone${number}`);
  expect(moved).toEqual([
    [phones(7), phones(9), phones(20), phones(7), phones(9)],
    phones(20, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
  ]);
});

test("only the cell of the phone that changed is touched", async () => {
  await start();
  const touched = await page.evaluate(async () => {
    await show("switchboard", new FakeOffice({ people: 30 }), { sort: "number" });
    const seen = new Set();
    new MutationObserver((changes) => {
      for (const { target } of changes) seen.add((target.closest ?? (() => null)).call(target, "[data-id]")?.dataset.id ?? target.parentElement?.closest("[data-id]")?.dataset.id);
    }).observe(card.shadowRoot.querySelector("ul"), { subtree: true, childList: true, characterData: true, attributes: true });
    office.calls(7, call("connected", { start: null }));
    await update();
    return [...seen];
  });
  expect(touched).toEqual(["phone7"]);
});

test("where many phones ring, none moves", async () => {
  await start();
  const moving = await page.evaluate(async () => {
    await show("switchboard", new FakeOffice({ people: 6 }));
    const counts = [];
    for (let index = 0; index < 4; index += 1) {
      office.calls(index, call("ringing"));
      await update();
      counts.push(card.shadowRoot.getAnimations().length);
    }
    return counts;
  });
  expect(moving).toEqual([2, 4, 6, 0]);
});
