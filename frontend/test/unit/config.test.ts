import { describe, expect, test } from "vitest";
import { checkConfig, chosenExtension, chosenExtensions, configForm } from "../../src/config";
import { FakeOffice } from "../fake.mjs";

describe("options", () => {
  test.each([
    ["phone", { device: "x", entity: "sensor.x", layout: "tile", hide_controls: true, mask: true, name: null }],
    ["phone", { grid_options: { rows: 1 }, visibility: [] }],
    ["switchboard", { devices: ["x"], areas: [], labels: ["y"], show: "queues", sort: "name", toolbar: true }],
    ["missed", { title: "Missed" }],
  ] as const)("a %s card takes %j", (kind, config) => expect(() => checkConfig(kind, config)).not.toThrow());

  test.each([
    ["phone", { layout: "huge" }],
    ["phone", { layout: "constructor" }],
    ["phone", { device: ["x"] }],
    ["switchboard", { devices: "x" }],
    ["switchboard", { devices: [1] }],
    ["switchboard", { mask: "yes" }],
    ["missed", { title: 5 }],
  ] as const)("a %s card refuses %j and names the option", (kind, config) =>
    expect(() => checkConfig(kind, config)).toThrow(Object.keys(config)[0]),
  );

  test("the editor asks for every option, with a label", () => {
    const { hass } = new FakeOffice({ language: "de" });
    const form = configForm("switchboard", hass);
    expect(form.schema.map((field) => field.name)).toEqual(
      ["title", "devices", "areas", "labels", "show", "sort", "toolbar", "mask"],
    );
    for (const field of form.schema) expect(form.computeLabel(field)).toBeTruthy();
    expect(configForm("phone", hass).schema[0]?.selector).toMatchObject({ device: { integration: "ringcentral" } });
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
  ])("a switchboard with %j shows %j", (config, wanted) => expect(ids(config)).toEqual(wanted));
});
