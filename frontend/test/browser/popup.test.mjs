/** The popup over a dashboard, and the chunk that it is in. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { launch } from "../chromium.mjs";
import { openPage, violations } from "../page.mjs";

let browser;
let page;
beforeAll(async () => void (browser = await launch()));
afterAll(() => browser?.close());
afterEach(async () => {
  expect(page.problems).toEqual([]);
  await page.context().close();
});

/** Open a page with the frontend's root element, which gives its states to whom they interest. */
async function start(options) {
  page = await openPage(browser, options);
  await page.evaluate(() => {
    const followers = new Set();
    class Root extends HTMLElement {
      constructor() {
        super();
        this.attachShadow({ mode: "open" }).innerHTML = "<slot></slot>";
        this.addEventListener("context-request", (event) => {
          if (event.context !== "states") return;
          event.stopPropagation();
          followers.add(event.callback);
          event.callback(this.hass?.states, () => followers.delete(event.callback));
        });
      }
    }
    customElements.define("home-assistant", Root);
    const root = document.createElement("home-assistant");
    root.append(document.querySelector("main"));
    document.body.append(root);
    window.office = new FakeOffice();
    window.send = async () => {
      root.hass = office.hass;
      for (const card of document.querySelectorAll("main > *")) card.hass = office.hass;
      followers.forEach((follow) => follow(office.hass.states));
      await settled();
    };
    window.ring = async (index, ...calls) => {
      office.calls(index, ...calls);
      await send();
    };
    root.hass = office.hass;
  });
}
const dialog = () => page.getByRole("dialog");
const isOpen = () => dialog().isVisible();

describe("with the option", () => {
  test.each([
    ["a phone card", "show", "phone", { device: "phone0" }],
    ["a switchboard", "show", "switchboard", { devices: ["phone0"] }],
    ["a badge", "showExtra", "badge", { device: "phone0" }],
  ])("of %s, its phone opens a popup, even when the card is gone", async (_, how, type, config) => {
    await start();
    await page.evaluate(async ([a, b, c]) => {
      await window[a](b, office, { ...c, popup: true });
      document.querySelector("main").replaceChildren();
      await ring(1, call("ringing"));
    }, [how, type, config]);
    expect(await isOpen()).toBe(false);
    await page.evaluate(() => ring(0, call("ringing")));
    await dialog().getByText("John Wang", { exact: true }).waitFor();
    expect(await dialog().getByRole("timer").textContent()).toMatch(/^\d:\d\d$/);
    await dialog().getByRole("radio", { name: "Busy" }).click();
    expect(await page.evaluate(() => office.actions[0][2])).toEqual({ option: "busy" });
    expect(await dialog().getByRole("status").first().textContent()).toBe("Front Desk: John Wang is calling");
    await page.evaluate(() => ring(0, call("connected")));
    expect(await isOpen()).toBe(false);
  });

  test("a popup that was dismissed stays away until another call rings", async () => {
    await start();
    await page.evaluate(async () => {
      await show("phone", office, { device: "phone0", popup: true });
      await ring(0, call("ringing"));
    });
    for (const dismiss of [() => dialog().getByRole("button", { name: "Close" }).click(), () => page.keyboard.press("Escape")]) {
      await dialog().waitFor();
      await dismiss();
      await dialog().waitFor({ state: "hidden" });
      await page.evaluate(() => send());
      expect(await isOpen()).toBe(false);
      await page.evaluate(() => ring(0, call("ringing"), call("ringing", { from_name: `Bo ${Math.random()}` })));
    }
    await dialog().waitFor();
  });

  test.each(["light", "dark"])("everybody can use the popup in the %s theme, and its numbers are masked like the card's", async (theme) => {
    await start({ theme, reducedMotion: "reduce" });
    await page.evaluate(async () => {
      await show("switchboard", office, { popup: true, mask: true });
      office.calls(1, call("ringing"));
      await ring(0, call("ringing"));
    });
    await dialog().waitFor();
    expect(await dialog().locator("ringcentral-phone").count()).toBe(2);
    expect(await dialog().getByText("+1415").count()).toBe(0);
    expect(await violations(page)).toEqual([]);
  });

  test("in another dashboard, and while one is edited, no popup opens", async () => {
    await start();
    await page.evaluate(async () => {
      history.pushState({}, "", "/wall/phones");
      await show("phone", office, { device: "phone0", popup: true });
      history.pushState({}, "", "/other/view");
      await ring(0, call("ringing"));
    });
    expect(await isOpen()).toBe(false);
    await page.evaluate(async () => {
      history.pushState({}, "", "/wall/kitchen");
      card.preview = true;
      await ring(0, call("ringing", { from_name: "Bo" }));
    });
    expect(await isOpen()).toBe(false);
    await page.evaluate(async () => {
      card.preview = false;
      await rendered();
      await ring(0, call("ringing", { from_name: "Cy" }));
    });
    await dialog().waitFor();
  });
});

test("without the option no popup opens", async () => {
  await start();
  await page.evaluate(async () => {
    await show("phone", office, { device: "phone0" });
    await ring(0, call("ringing"));
  });
  expect(await isOpen()).toBe(false);
});

test("where the chunk is gone after an upgrade, a reload is offered and the cards still work", async () => {
  await start({ gone: ["extras"] });
  const offered = await page.evaluate(async () => {
    const seen = [];
    document.addEventListener("hass-notification", ({ detail }) => seen.push([detail.message, detail.action.text]));
    await show("phone", office, { device: "phone0", popup: true });
    await ring(0, call("ringing"));
    await customElements.get("ringcentral-phone").getConfigForm().catch((error) => seen.push(error.name));
    return [seen, text(".call .name")];
  });
  const message = ["RingCentral's cards were updated. Reload the page to continue.", "reload"];
  expect(offered).toEqual([[message, "TypeError"], "John Wang"]);
});
