import { expect, test } from "vitest";
import { suggest } from "../../src/main";
import { PhoneCard } from "../../src/phone-card";
import { PhonesStrategy } from "../../src/strategy";
import { FakeOffice } from "../fake.mjs";

const generate = async (office: FakeOffice) => (await PhonesStrategy.generate({}, office.hass)).views;
const cards = (view: { sections: { cards: { type: string }[] }[] }) =>
  view.sections.flatMap((section) => section.cards.map((card) => card.type.replace("custom:ringcentral-", "")));

test("a small office has its own phone first, and everybody beside it", async () => {
  const views = await generate(new FakeOffice({ people: 5 }));
  expect(views.map((view) => view.path)).toEqual(["people", "missed"]);
  expect(cards(views[0]!)).toEqual(["phone", "missed-calls", "switchboard"]);
});

test("in a large one everybody comes first", async () => {
  const [people] = await generate(new FakeOffice({ people: 50 }));
  expect(cards(people!)).toEqual(["switchboard", "phone", "missed-calls"]);
});

test("queues get a view where there are any", async () => {
  const views = await generate(new FakeOffice({ queues: 2 }));
  expect(views.map((view) => view.title)).toEqual(["people", "Call queues", "Missed calls"]);
});

const withMailbox = (office: FakeOffice) => {
  const entity_id = "sensor.phone0_unread_voicemails";
  const entity = { entity_id, platform: "ringcentral", translation_key: "unread_voicemails", device_id: "phone0" };
  office.hass = { ...office.hass, entities: { ...office.hass.entities, [entity_id]: entity } };
  return office;
};

test.each([
  [false, false, undefined, []],
  [true, false, "Recent calls", ["recent-calls"]],
  [false, true, "Voicemail", ["voicemail"]],
  [true, true, "Recent calls", ["recent-calls", "voicemail"]],
])("the log (%s) and voicemail (%s) get a view where there are any", async (hasLog, hasVoicemail, title, types) => {
  const office = new FakeOffice({ people: 2 });
  if (hasLog) office.reported.phones = [{ device_id: "phone0", available: true, calls: [] }];
  const views = await generate(hasVoicemail ? withMailbox(office) : office);
  const view = views.find(({ path }) => path === "history");
  expect([view?.title, view ? cards(view) : []]).toEqual([title, types]);
});

test("an integration that does not answer keeps no dashboard from being built", async () => {
  const office = new FakeOffice({ people: 2 });
  office.hass.connection!.subscribeMessage = () => Promise.reject(new Error("unknown command"));
  expect((await generate(office)).map(({ path }) => path)).toEqual(["people", "missed"]);
});

test("without phones there is a switchboard that says so", async () => {
  const [people] = await generate(new FakeOffice({ people: 0 }));
  expect(cards(people!)).toEqual(["switchboard"]);
});

test("our entities are suggested a card, others are not", () => {
  const { hass } = new FakeOffice();
  expect(suggest(hass, "sensor.phone0_call_state")).toMatchObject([
    { config: { type: "custom:ringcentral-phone", device: "phone0" } },
    { config: { layout: "tile" }, label: "tile" },
  ]);
  for (const other of ["light.lamp_lamp", "binary_sensor.account_connection", "sensor.unknown"]) {
    expect(suggest(hass, other)).toBeNull();
  }
});

test("the pickers list everything once, with what it does", () => {
  expect(window.customCards?.map((card) => card.type)).toEqual(
    ["phone", "switchboard", "missed-calls", "recent-calls", "voicemail"].map((name) => `ringcentral-${name}`),
  );
  for (const entry of [...(window.customCards ?? []), ...(window.customStrategies ?? [])]) {
    expect(entry.name).toMatch(/^RingCentral: ./);
    expect(entry["description"]).toBeTruthy();
    expect(entry["documentationURL"]).toMatch(/^https:/);
  }
  expect(window.customStrategies?.[0]).toMatchObject({ type: "ringcentral-phones", strategyType: "dashboard" });
});

test("the picker's preview shows one's own phone; sizes follow the layout", () => {
  const { hass } = new FakeOffice();
  expect(PhoneCard.getStubConfig(hass)).toEqual({ device: "phone0" });
  const card = document.createElement("ringcentral-phone") as PhoneCard;
  card.setConfig({ type: "", device: "phone0", layout: "tile" });
  expect([card.getCardSize(), card.getGridOptions()]).toMatchObject([1, { rows: 1, columns: 6 }]);
  card.setConfig({ type: "", device: "phone0" });
  expect(card.getGridOptions()).not.toHaveProperty("rows");
});
