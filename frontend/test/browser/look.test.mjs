/** What fits where: in German, on a small screen, with everything at once. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { launch } from "../chromium.mjs";
import { openPage } from "../page.mjs";

let browser;
let page;
beforeAll(async () => void (browser = await launch()));
afterAll(() => browser?.close());
afterEach(() => page.context().close());
const start = async (options) => (page = await openPage(browser, options));

const STATES = ["ringing", "connected", "dialing", "on_hold", "parked"];

describe.each(["en", "de", "fr", "pl", "ja"])("in %s", (language) => {
  test.each([380, 768, 1280])("the state of no phone is cut off, %d px wide", async (width) => {
    await start({ viewport: { width, height: 900 } });
    const cut = await page.evaluate(
      async ([tongue, states]) => {
        document.body.style.width = `${innerWidth - 32}px`;
        const office = new FakeOffice({ people: 120, language: tongue });
        for (let index = 0; index < 120; index += 1) {
          const name = ["Bartholomew Featherstonehaugh-Cholmondeley", "Bo"][index % 2];
          const start = new Date(Date.now() - (index % 3 ? 65_000 : 4_000_000)).toISOString();
          const fields = { from_name: name, to_name: name, start, queue: index % 4 === 0, queue_name: "Sales and Support" };
          const one = call(states[index % states.length], fields);
          if (index % 6) office.calls(index, one, ...(index % 5 ? [] : [call("on_hold")]));
          else office.set(`sensor.phone${index}_${index % 12 ? "dnd" : "presence"}`, index % 12 ? "do_not_accept_any_calls" : "offline");
        }
        await show("switchboard", office);
        const states_ = [...card.shadowRoot.querySelectorAll(".state")];
        return states_.filter((one) => one.scrollWidth > one.clientWidth + 1 || one.getBoundingClientRect().right > one.closest(".lines").getBoundingClientRect().right + 1).length;
      },
      [language, STATES],
    );
    expect(cut).toBe(0);
  });
});

test("where there is no room the queue goes first, then the caller is cut, and at last left out", async () => {
  await start({ viewport: { width: 1280, height: 900 } });
  const looks = await page.evaluate(async () => {
    document.body.style.width = "1248px";
    const office = new FakeOffice({ people: 40 });
    office.calls(0, call("ringing", { from_name: "Bartholomew Stone", queue: true, queue_name: "Sales" }));
    await show("switchboard", office, { sort: "number" });
    return ["400px", "260px", "212px", "160px"].map((width) => {
      card.shadowRoot.querySelector("ul").style.gridTemplateColumns = width;
      const { top } = card.shadowRoot.querySelector(".state").getBoundingClientRect();
      const isSeen = (one) => Math.abs(one.getBoundingClientRect().top - top) < 4;
      const [caller, queue] = card.shadowRoot.querySelectorAll(".rest bdi");
      return [isSeen(caller) && caller.scrollWidth <= caller.clientWidth, isSeen(caller), isSeen(queue)];
    });
  });
  expect(looks).toEqual([
    [true, true, true],
    [true, true, false],
    [false, true, false],
    [false, false, false],
  ]);
});

test.each([
  [380, 2],
  [480, 2],
  [800, 4],
])("four options stand in rows of equal length, %d px wide: %d", async (width, columns) => {
  await start({ viewport: { width, height: 900 } });
  const rows = await page.evaluate(async () => {
    document.body.style.width = `${innerWidth - 32}px`;
    const dnd = ["take_all_calls", "do_not_accept_queue_calls", "take_queue_calls_only", "do_not_accept_any_calls"];
    await show("phone", new FakeOffice({ language: "de", dnd }), { device: "phone0" });
    const buttons = [...card.shadowRoot.querySelectorAll("[data-count='4'] button")];
    const tops = [...new Set(buttons.map((one) => one.offsetTop))];
    const isTorn = buttons.some((one) => one.scrollWidth > one.clientWidth);
    return [tops.map((top) => buttons.filter((one) => one.offsetTop === top).length), isTorn];
  });
  expect(rows).toEqual([Array(4 / columns).fill(columns), false]);
});

test("the user's status is called so, since the presence above it may be another", async () => {
  await start();
  const captions = await page.evaluate(async () => {
    const office = new FakeOffice({ language: "de" });
    office.set("sensor.phone0_presence", "busy");
    await show("phone", office, { device: "phone0" });
    return [text(".head .detail"), text("#status")];
  });
  expect(captions).toEqual(["101 · Beschäftigt", "Mein Status"]);
});

test("a badge and the features of a tile are as high as the frontend's own", async () => {
  await start();
  const heights = await page.evaluate(async () => {
    const office = new FakeOffice();
    office.calls(0, call("ringing", { from_name: "W".repeat(200) }));
    const badge = await showExtra("badge", office, { device: "phone0" });
    const feature = await showExtra("status-feature", office);
    return [badge.offsetHeight, feature.offsetHeight, badge.offsetWidth <= 480];
  });
  expect(heights).toEqual([36, 42, true]);
});

test("of a call stand whole the queue, and which number was called if it is neither the phone's nor the queue's own", async () => {
  await start({ viewport: { width: 380, height: 900 } });
  const shown = await page.evaluate(async () => {
    document.body.style.width = "316px";
    const office = new FakeOffice();
    const sales = { from: "+442071838750", queue: true, queue_name: "Support", called_name: "Sales and Service" };
    office.calls(0, call("connected", sales), call("on_hold", { ...sales, called_name: "Support" }), call("ringing", { called_name: "Front Desk" }));
    await show("phone", office, { device: "phone0" });
    const chips = [...card.shadowRoot.querySelectorAll(".call .chip")];
    const isCut = chips.some((chip) => {
      const words = chip.querySelector("bdi").getBoundingClientRect();
      const { left, right } = chip.closest(".detail").getBoundingClientRect();
      return chip.querySelector("bdi").scrollWidth > words.width + 1 || words.left < left || words.right > right;
    });
    return [chips.map((chip) => chip.textContent.trim()), isCut];
  });
  expect(shown).toEqual([["Support", "Sales and Service", "Support"], false]);
});

test("long words of an option don't widen a narrow card", async () => {
  await start();
  const isWide = await page.evaluate(async () => {
    document.body.style.width = "300px";
    const dnd = ["take_all_calls", "do_not_accept_queue_calls", "take_queue_calls_only", "do_not_accept_any_calls"];
    await show("phone", new FakeOffice({ language: "de", dnd }), { device: "phone0" });
    const { right } = card.shadowRoot.querySelector("ha-card").getBoundingClientRect();
    return [...card.shadowRoot.querySelectorAll(".controls button")].some((one) => one.getBoundingClientRect().right > right - 16);
  });
  expect(isWide).toBe(false);
});

test("from right to left, a name in Latin letters loses its end and not its beginning, and a badge begins at the right", async () => {
  await start({ direction: "rtl" });
  const looks = await page.evaluate(async () => {
    const office = new FakeOffice();
    office.calls(0, call("ringing", { from_name: `Bartholomew ${"W".repeat(60)}` }));
    await show("phone", office, { device: "phone0", layout: "tile" });
    const name = card.shadowRoot.querySelector(".rest bdi");
    const { direction, textOverflow } = getComputedStyle(name);
    const badge = await showExtra("badge", office, { device: "phone0" });
    const label = badge.shadowRoot.querySelector(".label");
    return [name.scrollWidth > name.clientWidth && textOverflow, direction, getComputedStyle(label).textAlign];
  });
  expect(looks).toEqual(["ellipsis", "ltr", "right"]);
});
