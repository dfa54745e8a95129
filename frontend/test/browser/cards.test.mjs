import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { launch } from "../chromium.mjs";
import { openPage, violations } from "../page.mjs";

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

/** What a phone can look like; each makes an office and changes it. */
const STATES = {
  idle: () => undefined,
  ringing: (office) => office.calls(0, call("ringing")),
  talking: (office) => office.calls(0, call("connected")),
  dialing: (office) => office.calls(0, call("dialing", { direction: "outbound", to: "+1", to_name: "Bo" })),
  parked: (office) => office.calls(0, call("parked")),
  several: (office) => office.calls(0, call("ringing", { from: "1", queue: true, queue_name: "Sales" }), call("on_hold")),
  dnd: (office) => office.set("sensor.phone0_dnd", "do_not_accept_any_calls"),
  held: (office) => office.calls(0, call("on_hold")),
  offline: (office) => office.set("sensor.phone0_presence", "offline"),
  unavailable: (office) => office.set("sensor.phone0_call_state", "unavailable"),
};

describe.each(["light", "dark"])("in the %s theme", (theme) => {
  test.each(Object.keys(STATES))("everybody can use what is shown: %s", async (name) => {
    await start({ theme, reducedMotion: "reduce" });
    await page.evaluate(
      async (change) => {
        const office = new FakeOffice({ hasAllControls: true });
        (0, eval)(`(${change})`)(office);
        await show("phone", office, { device: "phone0", controls: ALL_CONTROLS });
        await show("phone", office, { device: "phone0", layout: "tile" });
        await showExtra("badge", office, { device: "phone0" });
        for (const one of ["status", "do-not-disturb"]) await showExtra(`${one}-feature`, office);
        await show("switchboard", office, { title: "Office", toolbar: true });
      },
      STATES[name].toString(),
    );
    expect(await violations(page)).toEqual([]);
  });

  test("everybody can use the missed calls, and cards without a phone", async () => {
    await start({ theme });
    await page.evaluate(async () => {
      const office = new FakeOffice();
      await show("phone", office, { device: "gone" });
      await show("switchboard", new FakeOffice({ people: 0 }));
      await show("missed-calls", office);
      await rendered();
      const call = { at: 1.8e9, name: "John", number: "+14155550123", ring_seconds: 12 };
      office.sendMissed([{ device_id: "phone0", count: 1, calls: [call, { ...call, at: 1.7e9 }, { at: 1.6e9, withheld: true }] }]);
      await rendered();
    });
    expect(await violations(page)).toEqual([]);
  });
});

test("a thousand changes elsewhere render nothing", async () => {
  await start();
  const renders = await page.evaluate(async () => {
    const office = new FakeOffice({ people: 20 });
    for (const [type, config] of [["phone", { device: "phone0" }], ["switchboard", {}], ["missed-calls", {}]]) {
      await show(type, office, config);
    }
    await rendered();
    const cards = [...document.querySelectorAll("main > *")];
    const counts = cards.map((card) => {
      const { render } = card;
      const count = { renders: 0 };
      card.render = function (...given) {
        count.renders += 1;
        return render.apply(this, given);
      };
      return count;
    });
    for (let change = 0; change < 1000; change += 1) {
      const hass = office.set("light.lamp_lamp", `${change}`);
      for (const card of cards) card.hass = hass;
      if (change % 100 === 0) await rendered();
    }
    await rendered();
    const before = counts.map((count) => count.renders);
    for (const card of cards) card.hass = office.calls(0, call("ringing"));
    await settled();
    return [before, counts.map((count) => count.renders > 0)];
  });
  expect(renders).toEqual([[0, 0, 0], [true, true, false]]);
});

test.each([
  ["a script", "<script>window.hacked=1</script>"],
  ["HTML", "<img src=x onerror='window.hacked=1'><b>bold</b>"],
  ["an override of the writing direction", "\u202egnaW nhoJ\u202d +1"],
  ["emoji", "👩‍👩‍👧‍👦 Family 🎉"],
  ["200 characters", "W".repeat(200)],
  ["template marks", "${window.hacked=1} {{x}} {name}"],
])("a caller named with %s is shown as a text", async (_, name) => {
  await start();
  const shown = await page.evaluate(async (from_name) => {
    const office = new FakeOffice();
    office.calls(0, call("ringing", { from_name }));
    await show("phone", office, { device: "phone0", layout: "tile" });
    await show("switchboard", office);
    await show("phone", office, { device: "phone0" });
    const cards = [...document.querySelectorAll("main > *")];
    return {
      name: card.shadowRoot.querySelector(".call bdi").textContent,
      hacked: window.hacked,
      foreign: card.shadowRoot.querySelectorAll(".call img, .call b, .call script").length,
      overflows: cards.some((one) => one.scrollWidth > one.clientWidth) || document.body.scrollWidth > innerWidth,
      tileHeight: cards[0].offsetHeight,
    };
  }, name);
  expect(shown).toMatchObject({ name, foreign: 0, overflows: false });
  expect(shown.hacked).toBeUndefined();
  expect(shown.tileHeight).toBeLessThanOrEqual(56);
});

test("a ringing phone is announced once, over all cards", async () => {
  await start();
  const said = await page.evaluate(async () => {
    const office = new FakeOffice();
    await show("switchboard", office);
    await show("phone", office, { device: "phone1" });
    office.calls(1, call("ringing"));
    for (const one of document.querySelectorAll("main > *")) one.hass = office.hass;
    await rendered();
    await rendered();
    const lines = [...document.querySelectorAll("main > *")].map((one) => one.shadowRoot.querySelector("[role=status]"));
    return lines.map((line) => [line.textContent, line.ariaLive ?? line.getAttribute("aria-live")]);
  });
  expect(said.filter(([text]) => text)).toEqual([["Alice Moreau: John Wang is calling", "assertive"]]);
});

test("the timer runs once a second, and only while the card is on the page", async () => {
  await start();
  await page.clock.install();
  const read = () => page.evaluate(() => text(".timer"));
  await page.evaluate(async () => {
    const office = new FakeOffice();
    office.calls(0, call("connected", { start: new Date(Date.now() - 3_599_000).toISOString() }));
    void show("phone", office, { device: "phone0" });
  });
  await page.clock.runFor(100);
  await page.evaluate(() => (window.card = document.querySelector("main > *")));
  expect(await read()).toBe("59:59");
  await page.clock.runFor(2000);
  expect(await read()).toMatch(/^1:00:0[01]$/);
  await page.evaluate(() => card.remove());
  const kept = await read();
  await page.clock.runFor(5000);
  expect(await read()).toBe(kept);
});

test("controls set status and Do Not Disturb, by keyboard too", async () => {
  await start();
  await page.evaluate(() => show("phone", new FakeOffice(), { device: "phone0" }));
  await page.getByRole("radio", { name: "Busy" }).click();
  await page.getByRole("radio", { name: "Off", exact: true }).focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  expect(await page.evaluate(() => office.actions)).toEqual([
    ["select", "select_option", { option: "busy" }, { entity_id: "select.phone0_set_status" }],
    ["select", "select_option", { option: "do_not_accept_any_calls" }, { entity_id: "select.phone0_set_dnd" }],
  ]);
  await page.evaluate(async () => {
    office.set("select.phone0_set_status", "unavailable");
    office.set("select.phone0_set_dnd", "unavailable");
    await update();
  });
  expect(await page.getByRole("radio").count()).toBe(0);
});

test("phones without controls show none", async () => {
  await start();
  await page.evaluate(() => show("phone", new FakeOffice(), { device: "phone1" }));
  expect(await page.getByRole("radio").count()).toBe(0);
});

test("numbers are masked where that is chosen", async () => {
  await start();
  await page.evaluate(async () => {
    const office = new FakeOffice();
    office.calls(0, call("ringing", { from_name: null }));
    await show("phone", office, { device: "phone0", mask: true });
    await show("switchboard", office, { mask: true });
  });
  const html = await page.evaluate(() => [...document.querySelectorAll("main > *")].map((one) => one.shadowRoot.innerHTML).join());
  expect(html).toContain("…23");
  expect(html).not.toContain("5550");
});

test("missed calls come again after a restart, when the integration is loaded later than the page", async () => {
  await start();
  const shown = await page.evaluate(async () => {
    const office = new FakeOffice();
    const { subscribeMessage } = office.hass.connection;
    office.hass.connection.subscribeMessage = async () => {
      throw new Error("unknown_command");
    };
    await show("missed-calls", office);
    office.hass.connection.subscribeMessage = subscribeMessage;
    office.hass = { ...office.hass, localize: (key) => key };
    await update();
    office.sendMissed([{ device_id: "phone0", count: 1, calls: [{ at: 1.8e9, name: "John" }] }]);
    await rendered();
    return card.shadowRoot.textContent;
  });
  expect(shown).toContain("John");
});

test("a missed call of today is shown with its day once that is over", async () => {
  await start();
  const shown = await page.evaluate(async () => {
    const office = new FakeOffice();
    await show("missed-calls", office);
    const at = new Date().setHours(16, 0, 0, 0);
    office.sendMissed([{ device_id: "phone0", count: 1, calls: [{ at: at / 1000, name: "John" }] }]);
    await rendered();
    const before = text("time");
    const real = Date;
    window.Date = class extends real {
      constructor(...given) {
        super(...(given.length ? given : [at + 86_400_000]));
      }
      static now = () => at + 86_400_000;
    };
    office.set("light.lamp_lamp", "off");
    await update();
    window.Date = real;
    return [before, text("time")];
  });
  expect(shown[0]).toBe("16:00");
  expect(shown[1]).toMatch(/.+16:00/);
});

test("nothing moves for those who do not want it, and the ringing phone still stands out", async () => {
  await start({ reducedMotion: "reduce" });
  const seen = await page.evaluate(async () => {
    const office = new FakeOffice();
    office.calls(0, call("ringing"));
    await show("phone", office, { device: "phone0" });
    const badge = card.shadowRoot.querySelector(".call .badge");
    return [card.shadowRoot.getAnimations().length, getComputedStyle(badge, "::after").boxShadow !== "none"];
  });
  expect(seen).toEqual([0, true]);
});

test("in a language that is written from the right, everything is mirrored", async () => {
  await start({ direction: "rtl" });
  const [card, cell] = await page.evaluate(async () => {
    const office = new FakeOffice();
    office.calls(0, call("connected"));
    await show("phone", office, { device: "phone0" });
    await show("switchboard", office);
    // Where a text stands, and not the box around it.
    const place = (element) => {
      const range = document.createRange();
      range.selectNodeContents(element);
      const { left, right } = range.getBoundingClientRect();
      return { left, right };
    };
    return [...document.querySelectorAll("main > *")].map(({ shadowRoot }) => {
      const within = shadowRoot.querySelector(".call, li");
      return [".badge", ".name", ".number", ".timer"].map((one) => within.querySelector(one)).map((one) => one && place(one));
    });
  });
  for (const [badge, name, number, timer] of [card, cell]) {
    expect(badge.left - name.right).toBeGreaterThan(0);
    expect(badge.left - name.right).toBeLessThan(40);
    expect(timer.right).toBeLessThan((number ?? name).left);
    if (number) expect(name.left - number.right).toBeGreaterThan(3);
  }
});

test("a long word of a language is not torn where there is room below", async () => {
  await start();
  const heights = await page.evaluate(async () => {
    const office = new FakeOffice();
    const { formatEntityState } = office.hass;
    office.hass.formatEntityState = (state, value) =>
      value === "do_not_accept_any_calls" ? "Warteschlangenanrufe" : formatEntityState(state, value);
    document.body.style.width = "220px";
    await show("phone", office, { device: "phone0" });
    return [...card.shadowRoot.querySelectorAll("[data-option]")].slice(-2).map((one) => one.offsetHeight);
  });
  expect(heights).toEqual([40, 40]);
});
