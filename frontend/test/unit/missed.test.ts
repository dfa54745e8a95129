import { expect, test, vi } from "vitest";
import { formatsOf } from "../../src/format";
import { listMissed } from "../../src/missed";
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

test("repeats of a caller are one row with a count, but not those of another phone, nor seen ones with new ones", () => {
  const from = (offset: number, number: string | null, name = "") => ({ at: at - offset, name, number });
  const repeats = [
    { device_id: "phone0", count: 3, calls: [from(0, "+1"), from(5, "+2"), from(9, "+1", "John"), from(20, "+1")] },
    { device_id: "phone1", count: 1, calls: [from(1, "+1"), from(2, null), from(3, null)] },
  ];
  expect(listMissed(hass, repeats, false).map((call) => [call.phone, call.number, call.count, call.isNew])).toEqual([
    ["Front Desk", "+1", 2, true],
    ["Alice Moreau", "+1", 1, true],
    ["Alice Moreau", "", 1, false],
    ["Alice Moreau", "", 1, false],
    ["Front Desk", "+2", 1, true],
    ["Front Desk", "+1", 1, false],
  ]);
  expect(listMissed(hass, repeats, true).map((call) => call.dial)).toEqual(["", "", "", "", "", ""]);
});

test("today the time is enough, before that the day is shown", () => {
  const now = at * 1000 + 60_000;
  const inUtc = { ...hass, locale: { language: "en", time_format: "24", time_zone: "server" } };
  expect(formatsOf(inUtc).date(at * 1000, now)).toBe("15:04");
  expect(formatsOf(inUtc).date((at - 86_400) * 1000, now)).toMatch(/Sun.*Nov 22.*15:04/);
  expect(formatsOf({ ...inUtc, locale: { ...inUtc.locale, time_format: "12" } }).date(at * 1000, now)).toMatch(/3:04\sPM/);
  const midnight = Date.UTC(2026, 10, 23, 0, 5);
  expect(formatsOf(inUtc).date(midnight, midnight)).toBe("00:05");
});

test("formatters are made once for a locale", () => {
  const Real = Intl.DateTimeFormat;
  let made = 0;
  vi.spyOn(Intl, "DateTimeFormat").mockImplementation(function (...given: ConstructorParameters<typeof Real>) {
    made += 1;
    return new Real(...given);
  } as unknown as typeof Real);
  const { hass: fresh } = new FakeOffice();
  for (let row = 0; row < 100; row += 1) formatsOf({ ...fresh }).date(at * 1000, at * 1000);
  const first = made;
  expect(first).toBeLessThan(5);
  formatsOf({ ...fresh, locale: { language: "de" } }).date(at * 1000, at * 1000);
  expect(made).toBe(2 * first);
  vi.restoreAllMocks();
});
