import { expect, test } from "vitest";
import { findExtensions } from "../../src/extensions";
import { describePhone } from "../../src/phone";
import { groupOf, isFound, byRinging, sorted } from "../../src/switchboard";
import { call, FakeOffice } from "../fake.mjs";

const office = new FakeOffice({ people: 5 });
office.calls(3, call("ringing", { from_name: "Zoë Ångström" }));
office.calls(4, call("connected"));
office.set("sensor.phone2_presence", "offline");
const phones = [...findExtensions(office.hass).values()].map((one) => describePhone(office.hass, one, false));
const extensions = phones.map((phone) => phone.extension);

test.each([
  ["ringing", ["101", "102", "103", "104", "105"]],
  ["number", ["101", "102", "103", "104", "105"]],
  ["name", ["102", "103", "104", "105", "101"]],
] as const)("sorted by %s", (sort, expected) =>
  expect(sorted(office.hass, [...extensions].reverse(), sort).map((one) => one.number)).toEqual(expected),
);

test.each([
  ["sv", ["Zoe", "Älva"]],
  ["de", ["Älva", "Zoe"]],
])("names are sorted as people do in %s", (language, expected) => {
  const { hass } = new FakeOffice({ language });
  const named = ["Zoe", "Älva"].map((name) => ({ ...extensions[0]!, name }));
  expect(sorted(hass, named, "name").map((one) => one.name)).toEqual(expected);
});

test("ringing phones are separated from the others, which stay as they were", () =>
  expect(byRinging(phones).map((some) => some.map((phone) => phone.extension.number))).toEqual([
    ["104"],
    ["101", "102", "103", "105"],
  ]));

test("short numbers come before longer ones", () => {
  const [one, other] = ["99", "101"].map((number) => ({ ...extensions[0]!, number }));
  expect(sorted(office.hass, [other!, one!], "number")).toEqual([one, other]);
});

test("each phone is in one group", () =>
  expect(phones.map(groupOf)).toEqual(["free", "free", undefined, "ringing", "talking"]));

test.each([
  ["all", "", 5],
  ["all", "moreau", 1],
  ["all", "104", 1],
  ["all", "angstrom zoe", 1],
  ["ringing", "", 1],
  ["talking", "john", 1],
  ["free", "carla", 0],
] as const)("in %s, '%s' finds %d", (filter, query, count) =>
  expect(phones.filter((phone) => isFound(phone, filter, query))).toHaveLength(count),
);
