/** What the cards of recent calls and of voicemail make of what is reported. */
import { describe, expect, test } from "vitest";
import type { Extension } from "../../src/extensions";
import { daysOf } from "../../src/days";
import { kit } from "../../src/kit";
import { listRecent, type ReportedPhone } from "../../src/recent";
import { listVoicemails, maskSpoken, type Mailbox } from "../../src/voicemail";
import { FakeOffice } from "../fake.mjs";

const KIT = kit();
const phone = (id: string, name: string) => ({ id, name }) as Extension;
const DESK = phone("phone0", "Reception");
/** Where the desk, which its user calls reception, is called as at RingCentral. */
const { hass: HASS } = new FakeOffice();

const call = (fields: object) => ({
  id: "1",
  start: "2026-03-02T10:00:00+00:00",
  direction: "inbound",
  outcome: "answered",
  duration: 65,
  caller_name: "John Wang",
  caller_number: "+14155550123",
  number_text: "+1 415 555 0123",
  ...fields,
});
const list = (calls: object[], mask = false) =>
  listRecent(KIT, HASS, [{ one: { device_id: "phone0", available: true, calls } as unknown as ReportedPhone, phone: DESK }], mask);

describe("recent calls", () => {
  test("are the newest first, of all phones", () => {
    const one = { device_id: "phone0", available: true, calls: [call({ id: "a" })] } as unknown as ReportedPhone;
    const later = call({ id: "a", start: "2026-03-02T11:00:00+00:00" });
    const other = { device_id: "phone1", available: true, calls: [later] } as unknown as ReportedPhone;
    const calls = listRecent(KIT, HASS, [{ one, phone: DESK }, { one: other, phone: phone("phone1", "Alice") }], false);
    expect(calls.map(({ key, phone: name }) => [key, name])).toEqual([["phone1 a", "Alice"], ["phone0 a", "Reception"]]);
  });

  test.each([
    [{ outcome: "missed" }, true],
    [{ outcome: "busy" }, true],
    [{ outcome: "voicemail" }, true],
    [{ outcome: "missed", queue: true }, false],
    [{ outcome: "busy", direction: "outbound" }, false],
    [{ outcome: "answered_elsewhere" }, false],
    [{ outcome: "blocked" }, false],
  ])("%j is missed: %s", (fields, isMissed) => expect(list([call(fields)])[0]!.isMissed).toBe(isMissed));

  test("have a voicemail where one was left, also before its message is there", () => {
    const calls = [{ voicemail_id: "7" }, { outcome: "voicemail" }, {}, { outcome: "voicemail", direction: "outbound" }];
    expect(list(calls.map(call)).map(({ hasVoicemail }) => hasVoicemail)).toEqual([true, true, false, false]);
  });

  test("say which number was called only where it is not the phone's own", () => {
    const calls = [{ called_name: "Front Desk" }, { called_name: "Reception" }, { called_name: "Sales" }, { called_name: "Sales", direction: "outbound" }];
    expect(list(calls.map(call)).map(({ called }) => called)).toEqual(["", "", "Sales", ""]);
  });

  test("without a time are left out", () => expect(list([call({ start: "soon" })])).toEqual([]));

  test("are masked if chosen, and cannot be called back then", () =>
    expect(list([call({})], true)[0]).toMatchObject({ name: "John Wang", number: "…23", dial: "" }));
});

describe("voicemails", () => {
  const voicemail = (fields: object) => ({ voicemail_id: "1", received_at: "2026-03-02T10:00:00+00:00", read: false, ...fields });
  const mailbox = (fields: object) => ({ device_id: "phone0", available: true, can_edit: true, voicemails: [voicemail({})], ...fields });
  const first = (fields: object) => listVoicemails(KIT, [{ one: mailbox(fields) as Mailbox, phone: DESK }], false)[0]!;

  test("can be changed while RingCentral is there and the app may do it", () => {
    expect(first({}).canEdit).toBe(true);
    expect(first({ can_edit: false }).canEdit).toBe(false);
    expect(first({ available: false }).canEdit).toBe(false);
  });

  test("lack whatever is not reported", () =>
    expect(first({})).toMatchObject({ seconds: 0, transcription: "", media: "", name: "", number: "", isRead: false }));

  test.each([
    ["Call 415-555-0123 please", "Call …23 please"],
    ["+1 (415) 555 0123", "…23"],
    ["At 10 on May 5", "At 10 on May 5"],
  ])("%s is %s on a screen that visitors see", (said, shown) => expect(maskSpoken(KIT, said)).toBe(shown));
});

describe("days", () => {
  const at = (text: string) => Date.parse(text);
  test.each([
    ["en", ["Today", "Yesterday", "Saturday, November 21"]],
    ["de", ["Heute", "Gestern", "Samstag, 21. November"]],
    ["ja", ["今日", "昨日", "11月21日土曜日"]],
  ])("are called as people do: %s", (language, names) => {
    const { hass } = new FakeOffice({ language });
    hass.locale!.time_zone = "server";
    const days = daysOf(KIT, hass);
    const now = at("2026-11-28T10:00:00Z");
    expect(["2026-11-28T01:00:00Z", "2026-11-27T23:00:00Z", "2026-11-21T12:00:00Z"].map((one) => days.name(at(one), now))).toEqual(names);
  });

  test("begin at midnight of the user's time zone", () => {
    const { hass } = new FakeOffice();
    Object.assign(hass.locale!, { time_zone: "server" });
    hass.config!.time_zone = "America/Los_Angeles";
    const days = daysOf(KIT, hass);
    expect(days.key(at("2026-11-28T07:59:00Z"))).toBe(days.key(at("2026-11-27T09:00:00Z")));
    expect(days.key(at("2026-11-28T08:01:00Z"))).not.toBe(days.key(at("2026-11-28T07:59:00Z")));
  });
});
