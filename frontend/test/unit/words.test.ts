import { readFileSync } from "node:fs";
import { expect, test, vi } from "vitest";
import { say, type Word } from "../../src/words";
import { FakeOffice } from "../fake.mjs";
import { TRANSLATIONS } from "../translations.mjs";

const inLanguage = (language: string) => new FakeOffice({ language }).hass;
const SOURCE = readFileSync(`${import.meta.dirname}/../../src/words.ts`, "utf8");

test.each([
  ["de", "Telefon"],
  ["pt-BR", "Telefone"],
  ["zh-Hans", "电话"],
  ["zh-Hant", "Phone"],
  ["xx", "Phone"],
])("in %s a phone is %s", (language, word) => expect(say(inLanguage(language), "phone")).toBe(word));

test("the cards' own words are those of the integration's translations", () => {
  const words = [...(SOURCE.split("type OwnWord")[1]?.split(";")[0] ?? "").matchAll(/"(\w+)"/g)].map(([, word]) => word);
  expect(words).toEqual(Object.keys(TRANSLATIONS["en"].config_panel.cards).sort());
});

test("texts are filled in, whatever is filled in", () => {
  const fill = { name: "$&", caller: "{name} <b>" };
  expect(say(inLanguage("en"), "rings", fill)).toBe("$&: {name} <b> is calling");
  for (const language of Object.keys(TRANSLATIONS)) {
    expect(say(inLanguage(language), "rings", { name: "A", caller: "B" })).toMatch(/A.*B/);
  }
});

test("without a translation our own name is shown, with what would be filled in", () => {
  expect(say(undefined, "no_match")).toBe("no match");
  expect(say(undefined, "more", { count: "3" })).toBe("more 3");
});

test("the words are read once in a language, and again when it changes or reading has failed", async () => {
  const asked = vi.fn(async () => undefined);
  const ask = async (language: string, load: () => Promise<unknown> = asked) => {
    say({ ...inLanguage(language), loadBackendTranslation: load }, "phone" as Word);
    await Promise.resolve();
  };
  for (const language of ["sv", "sv", "fr"]) await ask(language);
  expect(asked.mock.calls).toEqual([["config_panel", "ringcentral"], ["config_panel", "ringcentral"]]);
  await ask("it", () => Promise.reject(new Error("not connected")));
  await new Promise((done) => setTimeout(done));
  await ask("it");
  expect(asked).toHaveBeenCalledTimes(3);
});
