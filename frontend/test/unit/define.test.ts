import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { define } from "../../src/define";

const registry = () => {
  const known = new Map<string, CustomElementConstructor>();
  const waiting = new Map<string, () => void>();
  return {
    get: (tag: string) => known.get(tag),
    define: vi.fn((tag: string, element: CustomElementConstructor) => {
      if (known.has(tag)) throw new Error(`${tag} is defined already`);
      known.set(tag, element);
      waiting.get(tag)?.();
    }),
    whenDefined: (tag: string) => new Promise<void>((resolve) => waiting.set(tag, resolve)),
  };
};
const real = window.customElements;
const use = (one: unknown) => Object.defineProperty(window, "customElements", { value: one, configurable: true });

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  use(real);
  vi.useRealTimers();
});

class Card extends HTMLElement {}

test("an element is defined once, however often the module is loaded", () => {
  const only = registry();
  use(only);
  define("a-card", Card);
  define("a-card", Card);
  expect(only.define).toHaveBeenCalledTimes(1);
});

test("it is defined again where another registry takes the place of the first", async () => {
  const first = registry();
  use(first);
  define("a-card", Card);
  const second = registry();
  use(second);
  first.define("home-assistant", class extends HTMLElement {});
  await Promise.resolve();
  await Promise.resolve();
  expect(second.get("a-card")).toBe(Card);
  vi.advanceTimersByTime(10_000);
  expect(second.define).toHaveBeenCalledTimes(1);
});

test("and at the latest after a while", () => {
  use(registry());
  define("a-card", Card);
  const second = registry();
  use(second);
  vi.advanceTimersByTime(5000);
  expect(second.get("a-card")).toBe(Card);
});
