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

/** Press a button until its dialog is there. */
async function hold(button) {
  await button.hover();
  await page.mouse.down();
  await page.getByRole("dialog").waitFor();
  await page.mouse.up();
}

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

test("numbers are masked where that is wanted", async () => {
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

describe("a switchboard", () => {
  const names = () => page.evaluate(() => [...card.shadowRoot.querySelectorAll("li .name")].map((one) => one.textContent));

  test("shows ringing phones first, and finds and filters", async () => {
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

  test("opens more on a tap, and the controls on a long one, a right click or the menu key", async () => {
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

  test("gives the focus back when its dialog is closed, and then handles the first key", async () => {
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

  test("shows in its dialog what has been chosen", async () => {
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

  test("opens no controls for two fingers, nor once it has left the page, and works when it is back", async () => {
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

  test("keeps the focus on the board when the cell that had it goes", async () => {
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

  test("takes empty options as not given", async () => {
    await start();
    await page.evaluate(() => show("switchboard", new FakeOffice({ queues: 1 }), { areas: null, devices: null, labels: null, show: null }));
    expect((await names()).length).toBe(4);
  });

  test("has one tab stop, arrow keys go on, and the focus stays when phones move", async () => {
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

  test("says when the account is not connected", async () => {
    await start();
    await page.evaluate(async () => {
      const office = new FakeOffice();
      office.set("binary_sensor.account_connection", "off");
      await show("switchboard", office);
    });
    expect(await page.evaluate(() => text(".notice"))).toMatch(/^Connection: /);
  });
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
