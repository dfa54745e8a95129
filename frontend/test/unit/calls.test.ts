import { describe, expect, test } from "vitest";
import { maskParty, maskNumber, readCalls } from "../../src/calls";
import { call } from "../fake.mjs";

const state = (calls: unknown) => ({ entity_id: "sensor.x", state: "idle", attributes: { calls } });

describe("the calls of an extension", () => {
  test("ended ones are not shown, and the ringing one comes first", () => {
    const calls = readCalls(state([call("on_hold"), call("ended"), call("ringing"), call("connected")]));
    expect(calls.map((one) => one.state)).toEqual(["ringing", "connected", "on_hold"]);
  });

  test("the other party of an outbound call is the one that was called", () => {
    const [first] = readCalls(state([call("dialing", { direction: "outbound", to: "+1", to_name: "Bo" })]));
    expect(first).toMatchObject({ name: "Bo", number: "+1", isOutbound: true });
  });

  test("what is missing or of another kind is empty", () => {
    const [first] = readCalls(state([{ state: "ringing", from: 5, from_name: null, start: "never" }]));
    expect(first).toMatchObject({ name: "", number: "", startedAt: undefined, isQueueCall: false });
    for (const nonsense of [undefined, null, "text", 7, [null], [{}]]) expect(readCalls(state(nonsense))).toEqual([]);
    expect(readCalls(undefined)).toEqual([]);
  });

  test.each([
    ["+14155550123", "…23"],
    ["101", "…01"],
    ["12", "…"],
    ["", ""],
  ])("the number %s is masked to %s", (number, masked) => expect(maskNumber(number)).toBe(masked));

  test("a name that is a number is masked, a real one is not", () => {
    const [john, number] = readCalls(state([call("ringing"), call("ringing", { from_name: "+1 415 555 0123" })]));
    expect(maskParty(john!)).toMatchObject({ name: "John Wang", number: "…23" });
    expect(maskParty(number!)).toMatchObject({ name: "…23" });
  });
});
