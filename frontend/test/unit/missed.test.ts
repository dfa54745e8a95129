import { expect, test } from "vitest";
import { dateText, listMissed } from "../../src/missed";
import { FakeOffice } from "../fake.mjs";

const { hass } = new FakeOffice();
const at = Date.UTC(2026, 10, 23, 15, 4) / 1000;
const phones = [
  { device_id: "phone0", count: 1, calls: [{ at, name: "John", number: "+14155550123" }, { at: at - 50 }] },
  { device_id: "phone1", count: 0, calls: [{ at: at - 10, name: null, number: "102", ring_seconds: 18.4 }] },
  { device_id: "gone", count: 3, calls: [{ at }] },
];

test("the calls of all phones come in one list, the newest first", () => {
  const calls = listMissed(hass, phones, false);
  expect(calls.map((call) => [call.phone, call.name, call.number, call.isNew])).toEqual([
    ["Front Desk", "John", "+14155550123", true],
    ["Alice Moreau", "", "102", false],
    ["Front Desk", "", "", false],
  ]);
  expect(calls[1]?.ringSeconds).toBe(18.4);
});

test("numbers can be masked", () => expect(listMissed(hass, phones, true)[0]?.number).toBe("…23"));

test("today the time is enough, before that the day is told", () => {
  const now = at * 1000 + 60_000;
  const inUtc = { ...hass, locale: { language: "en", time_format: "24", time_zone: "server" } };
  expect(dateText(inUtc, at * 1000, now)).toBe("15:04");
  expect(dateText(inUtc, (at - 86_400) * 1000, now)).toMatch(/Sun.*Nov 22.*15:04/);
  expect(dateText({ ...inUtc, locale: { ...inUtc.locale, time_format: "12" } }, at * 1000, now)).toMatch(/3:04\sPM/);
});
