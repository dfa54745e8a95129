import { describe, expect, test } from "vitest";
import { newlyRinging } from "../../src/announce";
import { findExtensions } from "../../src/extensions";
import { callerOf, describePhone, initials, queueOf } from "../../src/phone";
import { call, FakeOffice } from "../fake.mjs";

const shown = (office: FakeOffice, index = 0, mask = false) =>
  describePhone(office.hass, findExtensions(office.hass).get(`phone${index}`)!, mask);

describe("what a phone shows", () => {
  test("the most important call decides", () => {
    const office = new FakeOffice();
    expect(shown(office)).toMatchObject({ tone: "available", word: "Available", calls: [], problem: "" });
    office.calls(0, call("on_hold"), call("ringing"));
    expect(shown(office)).toMatchObject({ tone: "ringing", word: "Ringing" });
  });

  test("Do Not Disturb shows while nobody calls, and stays as a badge while somebody does", () => {
    const office = new FakeOffice();
    office.set("sensor.phone0_dnd", "do_not_accept_any_calls");
    expect(shown(office)).toMatchObject({ tone: "dnd", word: "Do not disturb" });
    office.calls(0, call("connected"));
    expect(shown(office)).toMatchObject({ tone: "connected", dnd: "Do not disturb" });
  });

  test("a queue has calls but no presence", () => {
    const office = new FakeOffice({ people: 1, queues: 1 });
    expect(shown(office, 1)).toMatchObject({ tone: "idle", word: "Idle", presence: "" });
  });

  test("a queue of which nothing is known yet says so kindly", () => {
    const office = new FakeOffice({ people: 1, queues: 1, language: "de" });
    office.set("sensor.phone1_call_state", "unknown");
    expect(shown(office, 1)).toMatchObject({ tone: "idle", word: "Noch kein Anruf", problem: "" });
    office.set("sensor.phone0_presence", "unknown");
    office.set("sensor.phone0_call_state", "unknown");
    expect(shown(office).word.toLowerCase()).toContain("un");
  });

  test("a phone without its entity, or unavailable, says why", () => {
    const office = new FakeOffice();
    office.set("sensor.phone0_call_state", "unavailable");
    expect(shown(office)).toMatchObject({ tone: "unavailable", problem: "Unavailable", calls: [] });
    office.set("binary_sensor.account_connection", "off");
    expect(shown(office).problem).toBe("Connection: off");
    delete (office.hass.states as Record<string, unknown>)["sensor.phone0_call_state"];
    expect(shown(office).problem).toBe("Call state: not found");
  });

  test("a caller without a name is a number, without both is unknown", () => {
    const office = new FakeOffice();
    office.calls(0, call("ringing", { from_name: null }), call("on_hold", { from_name: "", from: null }));
    const { calls } = shown(office);
    expect(calls.map((one) => callerOf(office.hass, one))).toEqual(["+14155550123", "unknown"]);
  });

  test("a number is shown as people write it, and a withheld one as what it is", () => {
    const office = new FakeOffice({ language: "de" });
    const unnamed = { from_name: null };
    office.calls(0, call("ringing", { ...unnamed, number_text: "+1 415-555-0123" }), call("on_hold", { ...unnamed, from: null, withheld: true }));
    const { calls } = shown(office);
    expect(calls.map((one) => callerOf(office.hass, one))).toEqual(["+1 415-555-0123", "Unterdrückte Nummer"]);
    expect(calls[0]?.dial).toBe("+14155550123");
  });

  test("a queue call names its queue, or at least that it is one", () => {
    const office = new FakeOffice();
    const queue = { queue: true, queue_name: "Sales" };
    office.calls(0, call("ringing", queue), call("connected", { queue: true }), call("on_hold"));
    expect(shown(office).calls.map((one) => queueOf(office.hass, one))).toEqual(["Sales", "Queue call", ""]);
  });

  test.each([
    ["Front Desk", "FD"],
    ["Ana Maria de Souza", "AS"],
    ["émile", "É"],
    ["101", ""],
    ["王 小明", "王小"],
  ])("%s has the initials %s", (name, letters) => expect(initials(new FakeOffice().hass, name)).toBe(letters));

  test("initials are upper-cased in the user's language", () => {
    expect(initials(new FakeOffice({ language: "tr" }).hass, "ibrahim")).toBe("İ");
    expect(initials(new FakeOffice({ language: "de" }).hass, "ibrahim")).toBe("I");
  });

  test("a ringing call is announced once, whoever shows it, and so is a second one of the phone", () => {
    const office = new FakeOffice();
    office.calls(1, call("ringing", { call_id: "first" }));
    expect(newlyRinging([shown(office, 1)])).toHaveLength(1);
    expect(newlyRinging([shown(office, 1)])).toHaveLength(0);
    office.calls(1, call("ringing", { call_id: "first" }), call("ringing", { call_id: "second", from_name: "Bo" }));
    expect(newlyRinging([shown(office, 1)]).map((ring) => ring.call.name)).toEqual(["Bo"]);
  });
});

test("extensions are found by our devices, and read again only when a registry has changed", () => {
  const office = new FakeOffice({ people: 2, queues: 1 });
  const found = findExtensions(office.hass);
  expect([...found.keys()]).toEqual(["phone0", "phone1", "phone2"]);
  expect([...found.values()].map((one) => one.isPerson)).toEqual([true, true, false]);
  expect(found.get("phone0")?.connection).toBe("binary_sensor.account_connection");
  expect(findExtensions(office.set("sensor.phone0_presence", "busy"))).toBe(found);
  expect(findExtensions({ ...office.hass, devices: { ...office.hass.devices } })).not.toBe(found);
});
