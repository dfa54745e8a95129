import { expect, test } from "vitest";
import { dateText, listMissed } from "../../src/missed";
import { FakeOffice } from "../fake.mjs";

const { hass } = new FakeOffice();
const at = Date.UTC(2026, 10, 23, 15, 4) / 1000;
const phones = [
  { device_id: "phone0", count: 1, calls: [{ at, name: "John", number: "+14155550123" }, { at: at - 50 }] },
  { device_id: "phone1", count: 0, calls: [{ at: at - 10, name: null, number: "102", ring_seconds: 18.4 }] },
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

test("all numbers can be masked, short ones too, and names that are numbers", () => {
  const named = [{ device_id: "phone2", count: 0, calls: [{ at: at - 60, name: "415 555 0123" }] }];
  const calls = listMissed(hass, [...phones, ...named], true);
  expect(calls.map((call) => `${call.name} ${call.number}`)).toEqual(["John …23", " …02", " ", "…23 "]);
});

test("today the time is enough, before that the day is told", () => {
  const now = at * 1000 + 60_000;
  const inUtc = { ...hass, locale: { language: "en", time_format: "24", time_zone: "server" } };
  expect(dateText(inUtc, at * 1000, now)).toBe("15:04");
  expect(dateText(inUtc, (at - 86_400) * 1000, now)).toMatch(/Sun.*Nov 22.*15:04/);
  expect(dateText({ ...inUtc, locale: { ...inUtc.locale, time_format: "12" } }, at * 1000, now)).toMatch(/3:04\sPM/);
  const midnight = Date.UTC(2026, 10, 23, 0, 5);
  expect(dateText(inUtc, midnight, midnight)).toBe("00:05");
});
