import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { LANGUAGES, say } from "../../src/words";
import { FakeOffice } from "../fake.mjs";

const inLanguage = (language: string) => new FakeOffice({ language }).hass;

test("the cards speak every language of the integration", () => {
  const files = readdirSync(`${import.meta.dirname}/../../../custom_components/ringcentral/translations`);
  expect(files.map((name) => name.replace(".json", ""))).toEqual([...LANGUAGES].sort((a, b) => (a < b ? -1 : 1)));
});

test.each([
  ["de", "Telefon"],
  ["de-CH", "Telefon"],
  ["pt", "Telefone"],
  ["zh-Hant", "电话"],
  ["xx", "Phone"],
])("in %s a phone is %s", (language, word) => expect(say(inLanguage(language), "phone")).toBe(word));

test("texts are filled in, whatever is filled in", () => {
  const fill = { name: "$&", caller: "{name} <b>" };
  expect(say(inLanguage("en"), "rings", fill)).toBe("$&: {name} <b> is calling");
  for (const language of LANGUAGES) expect(say(inLanguage(language), "rings", { name: "A", caller: "B" })).toMatch(/A.*B/);
});

test("without a translation our own name is shown", () => expect(say(undefined, "no_match")).toBe("no match"));
