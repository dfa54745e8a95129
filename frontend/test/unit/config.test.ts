import { describe, expect, test } from "vitest";
import { checkConfig, chosenExtension, chosenExtensions, OPTIONS, type Kind } from "../../src/config";
import { makeForm } from "../../src/editors";
import { say, type Word } from "../../src/words";
import { FakeOffice } from "../fake.mjs";

describe("options", () => {
  test.each([
    ["phone", { device: "x", entity: "sensor.x", layout: "tile", hide_controls: true, mask: true, name: null }],
    ["phone", { grid_options: { rows: 1 }, visibility: [] }],
    ["switchboard", { devices: ["x"], areas: [], labels: ["y"], show: "queues", sort: "name", toolbar: true }],
    ["phone", { controls: ["status", "duration"], tap_action: { action: "toggle" }, popup: true }],
    ["phone", { style: "", card_mod: {}, view_layout: {}, theme: "dark", icon: "mdi:phone" }],
    ["missed", { title: "Missed", most: 5, devices: ["x"] }],
    ["recent", { most: 500, show: "people", labels: ["x"] }],
    ["voicemail", { most: 100, areas: ["x"], mask: true }],
    ["dashboard", { popup: ["x"], mask: true }],
  ] as const)("a %s card takes %j", (kind, config) => expect(() => checkConfig(kind, config)).not.toThrow());

  test.each([
    ["phone", { layout: "huge" }],
    ["phone", { layout: "constructor" }],
    ["phone", { device: ["x"] }],
    ["switchboard", { devices: "x" }],
    ["switchboard", { devices: [1] }],
    ["switchboard", { mask: "yes" }],
    ["missed", { title: 5 }],
    ["missed", { most: "five" }],
    ["missed", { most: 0 }],
    ["missed", { most: 1.5 }],
    ["recent", { most: 501 }],
    ["voicemail", { most: 101 }],
    ["phone", { controls: ["volume"] }],
    ["phone", { tap_action: "toggle" }],
    ["dashboard", { popup: true }],
  ] as const)("a %s card refuses %j and names the option", (kind, config) =>
    expect(() => checkConfig(kind, config)).toThrow(Object.keys(config)[0]),
  );

  test("an error says what is possible", () =>
    expect(() => checkConfig("missed", { most: "five" })).toThrow(
      'most: "five" is not possible; it has to be a whole number from 1 to 100',
    ));

  test.each([
    ["phone", "devcie", "device"],
    ["phone", "hide_control", "hide_controls"],
    ["switchboard", "area", "areas"],
    ["switchboard", "toolbars", "toolbar"],
    ["missed", "mosts", "most"],
  ] as const)("a %s card does not take %s for %s", (kind, name, meant) =>
    expect(() => checkConfig(kind, { [name]: true })).toThrow(`${name} is not an option; did you mean ${meant}?`),
  );
});

describe.each(Object.keys(OPTIONS) as Kind[])("the editor of %s", (kind) => {
  type Field = { name: string; selector?: Record<string, object>; default?: unknown; schema?: Field[] };
  const { hass } = new FakeOffice({ language: "de" });
  const language = { say: (word: Word) => say(hass, word), localize: hass.localize };
  const form = makeForm(kind, language);
  const fields = (form.schema as unknown as Field[]).flatMap((field) => field.schema ?? [field]);

  test("asks for every option, and for nothing else", () =>
    expect(fields.map((field) => field.name).sort()).toEqual(Object.keys(OPTIONS[kind]).sort()));

  test("offers every phone, whichever of its other entities are disabled, and nothing else", () => {
    for (const { name, selector } of fields) {
      const device = selector?.["device"] as { entity: object[] } | undefined;
      if (device) expect(device.entity, name).toEqual([{ integration: "ringcentral", device_class: "ringcentral__caller" }]);
    }
  });

  test("has a help text for each, in the user's language, and its default", () => {
    for (const field of fields.filter(({ name }) => !name.endsWith("_action"))) {
      expect(form.computeHelper(field), field.name).toMatch(/^\p{Lu}.*\.$/u);
    }
    const layout = fields.find(({ name }) => name === "layout");
    if (layout) expect(form.computeHelper(layout)).toContain("Standard:");
    for (const field of fields) if (field.selector?.["boolean"] && field.name !== "toolbar") expect(field.default).toBe(false);
  });

  test("offers only what is accepted", () => {
    for (const { name, selector } of fields) {
      const select = selector?.["select"] as { options: { value: string }[]; multiple?: boolean } | undefined;
      for (const { value } of select?.options ?? []) {
        expect(() => checkConfig(kind, { [name]: select?.multiple ? [value] : value })).not.toThrow();
      }
    }
  });
});

describe("chosen phones", () => {
  const { hass } = new FakeOffice({ people: 3, queues: 1 });
  hass.devices["phone1"]!.area_id = "office";
  (hass.devices["phone2"] as { labels: string[] }).labels = ["sales"];
  const ids = (config: object) => chosenExtensions(hass, { type: "", ...config }).map((one) => one.id);

  test("a phone card finds its phone by the device or by any of its entities", () => {
    expect(chosenExtension(hass, { type: "", device: "phone1" })?.name).toBe("Alice Moreau");
    expect(chosenExtension(hass, { type: "", entity: "event.phone2_call" })?.id).toBe("phone2");
    expect(chosenExtension(hass, { type: "", entity: "light.lamp_lamp" })).toBeUndefined();
    expect(chosenExtension(hass, { type: "" })).toBeUndefined();
  });

  test.each([
    [{}, ["phone0", "phone1", "phone2", "phone3"]],
    [{ devices: ["phone0"], areas: ["office"] }, ["phone0", "phone1"]],
    [{ labels: ["sales"] }, ["phone2"]],
    [{ show: "people" }, ["phone0", "phone1", "phone2"]],
    [{ show: "queues" }, ["phone3"]],
    [{ areas: ["elsewhere"] }, []],
  ])("a switchboard with %j shows %j", (config, expected) => expect(ids(config)).toEqual(expected));
});
