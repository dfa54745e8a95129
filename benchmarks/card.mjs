/**
 * What the dashboard cards cost: `node benchmarks/card.mjs [--phones 500] [--events 20] [--seconds 10]`, after `scripts/card build`
 * and `scripts/setup demo`. It prints one JSON object:
 *
 *   bundle.bytes, bundle.gzip            size of the module
 *   component.first_render_ms            a switchboard of all phones, on a page with nothing else, until it is laid out
 *   component.event_ms                   one phone rings, or no longer, until it is moved, rendered and laid out (median of 100)
 *   frontend.<dashboard>.ready_ms        in the real frontend, from opening the page until every phone is there
 *   frontend.<dashboard>.busy            share of the main thread's CPU time, while so many events a second arrive; `idle` without
 *
 * The dashboards: `empty` has no card, `switchboard` one switchboard, `tiles` a built-in tile card for each phone's call state.
 * The time is that of the whole page, the frontend's own work with each event included; `empty` is that work alone.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { launch } from "../frontend/test/chromium.mjs";
import { makeDashboard, send, startDemo } from "../frontend/test/demo.mjs";
import { open } from "../frontend/test/office.mjs";
import { openPage } from "../frontend/test/page.mjs";

const MODULE = new URL("../custom_components/ringcentral/frontend/ringcentral-cards.js", import.meta.url);
const { values } = parseArgs({
  options: {
    phones: { type: "string", default: "500" },
    events: { type: "string", default: "20" },
    seconds: { type: "string", default: "10" },
  },
});
const [phones, rate, seconds] = [values.phones, values.events, values.seconds].map(Number);
const round = (value, digits = 2) => Number(value.toFixed(digits));
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

async function measureComponent(browser) {
  const page = await openPage(browser, { viewport: { width: 1280, height: 800 } });
  const measured = await page.evaluate(async (people) => {
    document.body.style.width = "1248px";
    const office = new FakeOffice({ people });
    const frame = () => new Promise(requestAnimationFrame);
    const card = document.createElement("ringcentral-switchboard");
    card.setConfig({ type: "custom:ringcentral-switchboard" });
    await frame();
    const began = performance.now();
    card.hass = office.hass;
    document.querySelector("main").append(card);
    await frame();
    card.offsetHeight;
    const first = performance.now() - began;
    const events = [];
    for (let event = 0; event < 100; event += 1) {
      // A phone rings, then it is idle again; then the next.
      const hass = office.calls((Math.floor(event / 2) * 7) % people, ...(event % 2 ? [] : [call("ringing")]));
      // So long does a large switchboard wait at most before it renders again.
      await new Promise((done) => setTimeout(done, 200));
      await frame();
      // What is asked for now runs at the start of the next frame, together with what is asked for after it.
      const done = new Promise((resolve) => {
        let start;
        requestAnimationFrame(() => (start = performance.now()));
        card.hass = hass;
        requestAnimationFrame(() => {
          card.offsetHeight;
          resolve(performance.now() - start);
        });
      });
      events.push(await done);
    }
    return { first, event: events.sort((one, other) => one - other)[50] };
  }, phones);
  await page.context().close();
  return { phones, first_render_ms: round(measured.first), event_ms: round(measured.event) };
}

async function busyShare(session, work) {
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const read = async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return metrics.find((one) => one.name === "TaskDuration").value;
  };
  const [before, began] = [await read(), performance.now()];
  const done = await work();
  const share = (await read() - before) / ((performance.now() - began) / 1000);
  return [round(share, 3), done];
}

/** Let phones ring, be answered and be idle again, evenly; return how many of these happened in a second. */
async function makeEvents(office, numbers) {
  const steps = ["ring", "answer", "hang_up"];
  const pending = [];
  const began = performance.now();
  for (let event = 0; event < rate * seconds; event += 1) {
    const wait = began + (event * 1000) / rate - performance.now();
    if (wait > 0) await pause(wait);
    // Twenty phones at a time: each step comes a second after the one before.
    const extension = numbers[(Math.floor(event / (3 * rate)) * rate + (event % rate)) % numbers.length];
    const step = steps[Math.floor(event / rate) % 3];
    pending.push(office.do(step, { extension }).catch(() => undefined));
  }
  await Promise.all(pending);
  return round((rate * seconds) / ((performance.now() - began) / 1000), 1);
}

async function measureDashboard(browser, demo, path, selector, numbers) {
  const page = await open(browser, demo.url, demo.tokens, { path });
  await page.waitForFunction(() => document.querySelector("home-assistant")?.hass?.panels);
  const ready = await page.evaluate(
    ([wanted, count]) =>
      new Promise((done) => {
        const find = (root) =>
          root.querySelectorAll(wanted).length +
          [...root.querySelectorAll("*")].reduce((sum, one) => sum + (one.shadowRoot ? find(one.shadowRoot) : 0), 0);
        const look = () => (!wanted || find(document) >= count ? done(performance.now()) : setTimeout(look, 50));
        look();
      }),
    [selector, numbers.length],
  );
  await pause(4000);
  const session = await page.context().newCDPSession(page);
  const [idle] = await busyShare(session, () => pause(3000));
  const [busy, reached] = await busyShare(session, () => makeEvents(demo.office, numbers));
  await page.context().close();
  return { ready_ms: Math.round(ready), idle, busy, events_per_second: reached };
}

const module = readFileSync(MODULE);
const browser = await launch();
const result = { bundle: { bytes: module.length, gzip: gzipSync(module, { level: 9 }).length } };
try {
  result.component = await measureComponent(browser);
  const demo = await startDemo("--users", `${phones}`);
  try {
    const page = await open(browser, demo.url, demo.tokens, { path: "/office-phones" });
    await page.locator("ringcentral-switchboard").first().waitFor();
    const [entities] = await send(page, { type: "config/entity_registry/list" });
    const states = entities.filter((one) => one.translation_key === "call_state" && one.platform === "ringcentral");
    const numbers = await page.evaluate(() =>
      Object.values(document.querySelector("home-assistant").hass.devices)
        .filter((one) => one.model === "User extension" && one.model_id)
        .map((one) => one.model_id),
    );
    // Whoever sets Home Assistant up becomes a person; the frontend looks for that one among all states, again and again.
    const [user] = await send(page, { type: "auth/current_user" });
    await send(page, { type: "person/create", name: user.name, user_id: user.id });
    await makeDashboard(page, "bench-empty", [[]]);
    await makeDashboard(page, "bench-board", [[{ type: "custom:ringcentral-switchboard" }]]);
    await makeDashboard(page, "bench-tiles", [states.map((one) => ({ type: "tile", entity: one.entity_id }))]);
    await page.context().close();
    const measure = (path, selector) => measureDashboard(browser, demo, path, selector, numbers);
    result.frontend = {
      empty: await measure("/bench-empty", ""),
      switchboard: await measure("/bench-board", "li[data-id]"),
      tiles: await measure("/bench-tiles", "hui-tile-card"),
    };
  } finally {
    await demo.stop();
  }
} finally {
  await browser.close();
}
console.log(JSON.stringify(result, null, 2));
