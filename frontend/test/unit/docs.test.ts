/** docs/cards.md describes every option of the cards, and its examples are accepted. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { checkConfig, OPTIONS } from "../../src/config";
import "../../src/main";

const TEXT = readFileSync(`${import.meta.dirname}/../../../docs/cards.md`, "utf8");
const section = (heading: string) => TEXT.split(/^## /m).find((one) => one.startsWith(`${heading}\n`)) ?? "";

/** Read the only YAML that the page needs: one option a line, with a word or a list of words. */
function example(text: string): Record<string, unknown> {
  const lines = text.match(/```yaml\n([^`]*)```/)?.[1]?.trim().split("\n") ?? [];
  return Object.fromEntries(
    lines.map((line) => {
      const [, name, value] = line.match(/^\s*(\w+): *(.*)$/) ?? [];
      return [name, value?.startsWith("[") ? value.slice(1, -1).split(/, */) : value];
    }),
  );
}

describe.each([
  ["Phone", "phone"],
  ["Switchboard", "switchboard"],
  ["Missed calls", "missed"],
  ["Recent calls", "recent"],
  ["Voicemail", "voicemail"],
  ["Badge", "badge"],
] as const)("%s", (heading, kind) => {
  const rows = section(heading).match(/^\| `.*$/gm) ?? [];
  const described = rows.flatMap((row) => [...row.split("|")[1]!.matchAll(/`(\w+)`/g)].map(([, name]) => name));
  const { type, ...options } = example(section(heading));

  test("every option is described, and no other", () => {
    expect(described.toSorted()).toEqual(Object.keys(OPTIONS[kind]).toSorted());
  });

  test("the example is a card with options that it has", () => {
    expect(customElements.get(`${type}`.replace("custom:", ""))).toBeDefined();
    expect(described).toEqual(expect.arrayContaining(Object.keys(options)));
    expect(() => checkConfig(kind, options)).not.toThrow();
  });
});

test("the dashboard's line names its strategy", () => {
  const { type } = example(section("The dashboard"));
  expect(customElements.get(`${type}`.replace("custom:", "ll-strategy-dashboard-"))).toBeDefined();
});
