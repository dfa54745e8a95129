/** The cards of recent calls and of voicemail, in a browser. */
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

const HOUR = 3_600_000;
const call = (id, ago, fields = {}) => ({
  id,
  start: new Date(Date.now() - ago * HOUR).toISOString(),
  direction: "inbound",
  outcome: "answered",
  duration: 65,
  caller_name: "John Wang",
  caller_number: "+14155550123",
  number_text: "+1 415 555 0123",
  withheld: false,
  voicemail_id: null,
  ...fields,
});
const CALLS = [
  call("1", 49),
  call("2", 50, { outcome: "voicemail", duration: 12, voicemail_id: "7", caller_name: "Jane Doe" }),
  call("3", 51, { direction: "outbound", outcome: "not_answered", duration: 20, caller_name: "Bo Chen" }),
  call("4", 52, { caller_name: null, caller_number: null, number_text: null, withheld: true, outcome: "missed" }),
  call("5", 53, { outcome: "blocked", called_name: "Sales" }),
  call("6", 54, { outcome: "a new word", queue: true }),
];
const voicemail = (id, ago, fields = {}) => ({
  voicemail_id: id,
  received_at: new Date(Date.now() - ago * HOUR).toISOString(),
  caller_name: "John Wang",
  caller_number: "+14155550123",
  number_text: "+1 415 555 0123",
  withheld: false,
  duration: 12,
  transcription: "Please call 415-555-0123.",
  read: false,
  media_content_id: `media-source://ringcentral/entry/${id}`,
  ...fields,
});
const MAILBOX = {
  device_id: "phone0",
  available: true,
  can_edit: true,
  unread: 2,
  voicemails: [voicemail("1", 1), voicemail("2", 2, { caller_name: "Jane Doe", transcription: null }), voicemail("3", 3, { read: true, caller_name: "Bo Chen" })],
};

/** Show a card of what is reported; a recording is a second of silence. */
async function show(type, reported, config = {}, { language, ...options } = {}) {
  page = await openPage(browser, options);
  await page.evaluate(
    async ([kind, all, chosen, tongue]) => {
      const office = new FakeOffice({ language: tongue });
      Object.assign(office.reported, all);
      const samples = new Uint8Array(44 + 8000);
      const text = (at, word) => [...word].forEach((one, index) => (samples[at + index] = one.charCodeAt(0)));
      const view = new DataView(samples.buffer);
      text(0, "RIFF"), text(8, "WAVEfmt "), text(36, "data");
      view.setUint32(4, 8036, true), view.setUint32(16, 16, true), view.setUint16(20, 1, true), view.setUint16(22, 1, true);
      view.setUint32(24, 8000, true), view.setUint32(28, 8000, true), view.setUint16(32, 1, true), view.setUint16(34, 8, true);
      view.setUint32(40, 8000, true);
      samples.fill(128, 44);
      window.sound = URL.createObjectURL(new Blob([samples], { type: "audio/wav" }));
      office.answer = ({ type: asked }) =>
        asked === "media_source/resolve_media" ? { url: window.sound } : { transcription: "It is me." };
      await showExtra(kind, office, chosen);
      for (let frame = 0; frame < 5; frame += 1) await rendered();
    },
    [type, reported, config, language],
  );
}
const showCalls = (calls = CALLS, ...more) => show("recent-calls", { phones: [{ device_id: "phone0", available: true, calls }] }, ...more);
const showMailbox = (mailbox = {}, ...more) => show("voicemail", { mailboxes: [{ ...MAILBOX, ...mailbox }] }, ...more);
const rows = () =>
  page.evaluate(() => [...card.shadowRoot.querySelectorAll("li")].map((row) => row.textContent.replace(/\s+/g, " ").trim()));
const actions = () => page.evaluate(() => office.actions);

describe.each(["light", "dark"])("in the %s theme", (theme) => {
  test.each(["ltr", "rtl"])("everybody can use the recent calls, %s", async (direction) => {
    await showCalls(CALLS, {}, { theme, direction });
    expect(await violations(page)).toEqual([]);
  });

  test.each(["ltr", "rtl"])("everybody can use the voicemail, also when one is opened and when it is to be deleted, %s", async (direction) => {
    await showMailbox({}, {}, { theme, direction });
    await page.getByRole("button", { name: /^Unread John Wang/ }).click();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("alertdialog").waitFor();
    expect(await violations(page)).toEqual([]);
  });

  test("everybody can use cards without anything, and of what is not available", async () => {
    await show("voicemail", {}, {}, { theme });
    await page.evaluate(async () => {
      await showExtra("recent-calls", office);
      office.sendMailboxes([{ device_id: "phone0", available: false, can_edit: true, unread: 0, voicemails: [] }]);
      for (let frame = 0; frame < 5; frame += 1) await rendered();
    });
    expect(await violations(page)).toEqual([]);
    await page.getByText("Unavailable").waitFor();
    await page.getByText("The app may lack the permission Read Call Log").waitFor();
  });
});

test("calls stand below their day, with how they ended and how long that took", async () => {
  await showCalls();
  const [day, ...all] = (await rows()).map((row) => row.replace(/\d\d:\d\d$/, "").trim());
  expect(day).toMatch(/^\w+day, \w+ \d+$/);
  expect(all.filter((row) => !/^\w+day, /.test(row))).toEqual([
    "John Wang Answered 1:05 +1 415 555 0123",
    "Jane Doe Voicemail +1 415 555 0123",
    "Bo Chen Not answered +1 415 555 0123",
    "Withheld number Missed rang 65 s",
    "John Wang Blocked Sales +1 415 555 0123",
    "John Wang Unknown Queue call +1 415 555 0123",
  ]);
  const names = await page.evaluate(() => [...card.shadowRoot.querySelectorAll("[role=img]")].map((icon) => icon.ariaLabel));
  expect(names).toEqual(["Inbound", "Inbound", "Voicemail", "Outbound", "Inbound", "Inbound", "Inbound"]);
  const links = await page.evaluate(() => [...card.shadowRoot.querySelectorAll("a")].map((link) => link.getAttribute("href")));
  expect(links).toEqual(Array(5).fill("tel:+14155550123"));
});

test.each(["ltr", "rtl"])("what is said of a call stands apart, in the direction in which one reads, %s", async (direction) => {
  await showCalls(CALLS, {}, { direction });
  const places = await page.evaluate(() => {
    const texts = [...card.shadowRoot.querySelector(".parts").children].map((part) => {
      const range = document.createRange();
      range.selectNodeContents(part);
      return range.getBoundingClientRect();
    });
    return texts.map(({ left, right }) => [left, right]);
  });
  const ordered = direction === "ltr" ? places : places.map(([left, right]) => [-right, -left]);
  expect(ordered).toHaveLength(3);
  for (const [index, [begin]] of ordered.entries()) if (index) expect(begin).toBeGreaterThan(ordered[index - 1][1] + 8);
});

test("a card with a fixed height scrolls in itself", async () => {
  await showCalls();
  const heights = await page.evaluate(async () => {
    card.parentElement.style.height = "240px";
    await rendered();
    const body = card.shadowRoot.querySelector(".body");
    return [card.shadowRoot.querySelector("ha-card").offsetHeight, body.scrollHeight > body.clientHeight];
  });
  expect(heights).toEqual([240, true]);
});

test("missed calls alone are shown if that is chosen", async () => {
  await showCalls();
  await page.getByRole("button", { name: "Missed" }).click();
  await expect.poll(async () => (await rows()).filter((row) => /John Wang|Bo Chen/.test(row))).toEqual([]);
  expect((await rows()).filter((row) => /Jane Doe|Withheld/.test(row))).toHaveLength(2);
  await page.getByRole("button", { name: "All" }).click();
  await expect.poll(async () => (await rows()).filter((row) => /John Wang/.test(row)).length).toBe(3);
});

test("masked, nobody can be called back", async () => {
  await showCalls(CALLS, { mask: true });
  expect((await rows()).join()).not.toMatch(/555/);
  expect(await page.evaluate(() => card.shadowRoot.querySelectorAll("a").length)).toBe(0);
});

test("what is left out is counted, and shown when that is tapped", async () => {
  await showCalls(CALLS, { most: 2 });
  await page.getByRole("button", { name: "and 4 more" }).click();
  await expect.poll(async () => (await rows()).filter((row) => !/^\w+day, /.test(row)).length).toBe(6);
});

test("nothing is asked for while a card is not seen, and what is asked for ends with it", async () => {
  await showCalls();
  const asked = () => page.evaluate(() => [office.subscriptions.length, office.sendCalls !== undefined]);
  expect(await asked()).toEqual([1, true]);
  await page.evaluate(() => (document.querySelector("main").style.display = "none"));
  await expect.poll(asked).toEqual([1, false]);
  const renders = await page.evaluate(async () => {
    let count = 0;
    const { render } = card;
    card.render = (...given) => (count++, render.apply(card, given));
    for (let change = 0; change < 100; change += 1) {
      office.hass = { ...office.hass, locale: { ...office.hass.locale } };
      card.hass = office.hass;
    }
    await rendered();
    return count;
  });
  expect(renders).toBe(0);
  await page.evaluate(() => (document.querySelector("main").style.display = ""));
  await expect.poll(asked).toEqual([2, true]);
  await page.evaluate(() => card.remove());
  await expect.poll(asked).toEqual([2, false]);
});

test("five hundred calls are there at once, and scroll without a long frame", async () => {
  const many = Array.from({ length: 500 }, (_, index) => call(`${index}`, 49 + index / 10, { caller_name: `Caller ${index}` }));
  await showCalls(many, { most: 500 });
  const [frames, shown] = await page.evaluate(async () => {
    const count = card.shadowRoot.querySelectorAll("li.item").length;
    const took = [];
    let before = performance.now();
    for (let place = 0; place < 60; place += 1) {
      window.scrollTo(0, place * 500);
      await new Promise(requestAnimationFrame);
      const now = performance.now();
      took.push(now - before);
      before = now;
    }
    return [took.sort((one, other) => one - other), count];
  });
  expect(shown).toBe(500);
  // Machines may be busy with something else now and then.
  expect(frames[45]).toBeLessThan(50);
});

test("what has the focus keeps it while another call comes", async () => {
  await showCalls();
  const focused = await page.evaluate(async ([first, calls]) => {
    const [, link] = card.shadowRoot.querySelectorAll("a");
    link.focus();
    office.sendCalls([{ device_id: "phone0", available: true, calls: [first, ...calls] }]);
    await rendered();
    return [card.shadowRoot.activeElement === link, link.querySelector(".name").textContent, card.shadowRoot.querySelector(".name").textContent];
  }, [call("0", 48, { caller_name: "New" }), CALLS]);
  expect(focused).toEqual([true, "Jane Doe", "New"]);
});

test("a voicemail is played and paused, in one place at a time, and no longer than its card is there", async () => {
  await showMailbox();
  await page.getByRole("button", { name: "Play: John Wang" }).click();
  await page.getByRole("button", { name: "Pause: John Wang" }).waitFor();
  expect(await page.evaluate(() => office.commands.map(({ media_content_id: media }) => media).filter(Boolean))).toEqual([
    "media-source://ringcentral/entry/1",
  ]);
  await expect.poll(() => page.evaluate(() => text(".player .timer"))).toMatch(/\/ 0:01$/);
  await page.getByRole("button", { name: "Play: Jane Doe" }).click();
  await page.getByRole("button", { name: "Pause: Jane Doe" }).waitFor();
  await page.getByRole("button", { name: "Play: John Wang" }).waitFor();
  await page.getByRole("button", { name: "Pause: Jane Doe" }).click();
  await page.getByRole("button", { name: "Play: Jane Doe" }).waitFor();
  expect(await actions()).toEqual([]);
});

test("a recording that is deleted elsewhere is played no further", async () => {
  await showMailbox();
  await page.evaluate(() => {
    window.paused = 0;
    const { pause } = HTMLMediaElement.prototype;
    HTMLMediaElement.prototype.pause = function () {
      window.paused += this.paused ? 0 : 1;
      return pause.call(this);
    };
  });
  await page.getByRole("button", { name: "Play: John Wang" }).click();
  await page.getByRole("button", { name: "Pause: John Wang" }).waitFor();
  await page.evaluate((mailbox) => office.sendMailboxes([{ ...mailbox, voicemails: mailbox.voicemails.slice(1) }]), MAILBOX);
  await expect.poll(() => page.evaluate(() => window.paused)).toBe(1);
  expect((await rows()).join()).not.toContain("John Wang");
});

test("what is gone while a card is not seen is not shown again", async () => {
  await showCalls();
  const main = (display) => page.evaluate((value) => (document.querySelector("main").style.display = value), display);
  await main("none");
  await expect.poll(() => page.evaluate(() => office.sendCalls === undefined)).toBe(true);
  await page.evaluate(() => (office.reported.phones = []));
  await main("");
  await page.getByText("There is no call log.").waitFor();
  expect(await rows()).toEqual([]);
});

test("by keyboard, one can go to any place of a recording", async () => {
  await showMailbox();
  await page.getByRole("button", { name: "Play: John Wang" }).click();
  await page.getByRole("button", { name: "Pause: John Wang" }).click();
  await page.getByRole("slider", { name: "Position" }).focus();
  await page.keyboard.press("End");
  await expect.poll(() => page.evaluate(() => text(".player .timer"))).toBe("0:01 / 0:01");
});

test("a recording that cannot be played says so, and can be tried again", async () => {
  await showMailbox();
  await page.evaluate(() => {
    office.answer = () => Promise.reject(new Error("gone"));
  });
  await page.getByRole("button", { name: "Play: John Wang" }).click();
  await page.getByText("The recording can't be played.").waitFor();
  await page.evaluate(() => (office.answer = () => ({ url: window.sound })));
  await page.getByRole("button", { name: "Play: John Wang" }).click();
  await page.getByRole("button", { name: "Pause: John Wang" }).waitFor();
});

test("what was said is shown, and read when an older voicemail is opened", async () => {
  await showMailbox();
  expect((await rows())[0]).toContain("Please call 415-555-0123.");
  await page.getByRole("button", { name: /Jane Doe/ }).nth(1).click();
  await page.getByText("It is me.").waitFor();
  expect(await page.evaluate(() => office.commands)).toEqual([
    { type: "ringcentral/voicemail_transcription", device_id: "phone0", voicemail_id: "2" },
  ]);
});

test("masked, numbers in what was said are, too", async () => {
  await showMailbox({}, { mask: true });
  expect((await rows())[0]).toContain("Please call …23.");
});

test("voicemails are marked: one, or all", async () => {
  await showMailbox();
  await page.getByRole("button", { name: "Mark all as read" }).click();
  await page.getByRole("button", { name: /^Bo Chen/ }).click();
  await page.getByRole("button", { name: "Mark as unread" }).click();
  await page.getByRole("button", { name: /^Unread Jane Doe/ }).click();
  await page.getByRole("button", { name: "Mark as read" }).click();
  const target = { device_id: "phone0" };
  expect(await actions()).toEqual([
    ["ringcentral", "mark_voicemail_read", {}, { device_id: ["phone0"] }],
    ["ringcentral", "mark_voicemail_unread", { voicemail_id: "3" }, target],
    ["ringcentral", "mark_voicemail_read", { voicemail_id: "2" }, target],
  ]);
});

test("a voicemail is deleted only after a second word, and the next one has the focus then", async () => {
  await showMailbox();
  await page.getByRole("button", { name: /^Unread John Wang/ }).focus();
  await page.keyboard.press("Enter");
  const remove = page.getByRole("button", { name: "Delete" });
  await remove.focus();
  await page.keyboard.press("Enter");
  await page.getByText("Delete the voicemail from John Wang?").waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("alertdialog").waitFor({ state: "detached" });
  expect(await actions(), "Enter is on Cancel").toEqual([]);
  expect(await remove.evaluate((button) => button.getRootNode().activeElement === button)).toBe(true);
  await remove.click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
  expect(await actions()).toEqual([["ringcentral", "delete_voicemail", { voicemail_id: "1" }, { device_id: "phone0" }]]);
  await page.evaluate((mailbox) => office.sendMailboxes([{ ...mailbox, voicemails: mailbox.voicemails.slice(1) }]), MAILBOX);
  await expect.poll(() => page.evaluate(() => card.shadowRoot.activeElement?.textContent)).toContain("Jane Doe");
});

test("without the permission nothing can be changed, and hidden callers cannot be listened to", async () => {
  await showMailbox({ can_edit: false, voicemails: [voicemail("1", 1, { media_content_id: null, transcription: null })] });
  await page.getByRole("button", { name: /^Unread John Wang/ }).click();
  const buttons = () => page.evaluate(() => [...card.shadowRoot.querySelectorAll("button, a")].map((one) => one.textContent.replace(/\s+/g, " ").trim()));
  await expect.poll(async () => (await buttons()).slice(1)).toEqual(["Call back"]);
});

test.each([
  ["a script", "<script>window.hacked=1</script>"],
  ["an override of the writing direction", "\u202egnaW nhoJ\u202d"],
  ["200 characters", "W".repeat(200)],
])("what a caller is named and says is shown as a text: %s", async (_, said) => {
  await showMailbox({ voicemails: [voicemail("1", 1, { caller_name: said, transcription: said })] }, {}, { viewport: { width: 380, height: 800 } });
  await page.evaluate(() => (document.body.style.width = "348px"));
  await page.getByRole("button", { name: /^Unread/ }).click();
  const shown = () => page.evaluate(() => [window.hacked, document.body.scrollWidth <= innerWidth, text(".text")]);
  await expect.poll(shown).toEqual([undefined, true, said]);
});

test.each(["de", "fr", "pl", "ja"])("in %s nothing is cut off at 380 px", async (language) => {
  await showMailbox({}, {}, { language, viewport: { width: 380, height: 900 } });
  await page.evaluate(() => (document.body.style.width = "348px"));
  await page.evaluate(async () => {
    card.shadowRoot.querySelector(".row").click();
    await rendered();
  });
  const torn = () =>
    page.evaluate(() =>
      [...card.shadowRoot.querySelectorAll("h2, .control, h3")]
        .filter((one) => one.scrollWidth > one.clientWidth + 1 || one.getBoundingClientRect().right > innerWidth)
        .map((one) => one.textContent.trim()),
    );
  expect(await torn()).toEqual([]);
  await page.evaluate(async (all) => {
    office.reported.phones = [{ device_id: "phone0", available: true, calls: all }];
    await showExtra("recent-calls", office);
    for (let frame = 0; frame < 5; frame += 1) await rendered();
  }, CALLS);
  expect(await torn()).toEqual([]);
});
