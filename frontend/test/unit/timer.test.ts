import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { countTimers, forgetTimers, timerText } from "../../src/timer";

beforeEach(() => void vi.useFakeTimers({ now: 121_000 }));
afterEach(() => {
  document.querySelectorAll("main").forEach(forgetTimers);
  vi.useRealTimers();
});

/** Show a card with timers of calls that began then. */
function card(...startedAt: number[]): HTMLElement {
  const root = document.createElement("main");
  root.innerHTML = startedAt.map((at) => `<i data-since="${at}"></i>`).join(" ");
  document.body.append(root);
  return root;
}

test.each([
  [0, "0:00"],
  [65, "1:05"],
  [3599, "59:59"],
  [3600, "1:00:00"],
  [36_061, "10:01:01"],
  [-30, "0:00"],
])("after %d seconds it says %s", (seconds, text) => expect(timerText(0, seconds * 1000)).toBe(text));

test("all timers are written from when their calls began, and every second", () => {
  const root = card(1000, 61_000);
  countTimers(root);
  expect(root.textContent).toBe("2:00 1:00");
  vi.advanceTimersByTime(3000);
  expect(root.textContent).toBe("2:03 1:03");
});

test("a call is as long in every card", () => {
  const [first, second] = [card(1000), card(1000)];
  countTimers(first);
  vi.advanceTimersByTime(1700);
  countTimers(second);
  expect([first.textContent, second.textContent]).toEqual(["2:01", "2:01"]);
  vi.advanceTimersByTime(300);
  expect([first.textContent, second.textContent]).toEqual(["2:02", "2:02"]);
});

test("there is one interval, and none without timers", () => {
  const [first, second] = [card(1000), card(1000)];
  countTimers(card());
  expect(vi.getTimerCount()).toBe(0);
  countTimers(first);
  countTimers(first);
  countTimers(second);
  expect(vi.getTimerCount()).toBe(1);
  forgetTimers(first);
  vi.advanceTimersByTime(2000);
  expect([first.textContent, second.textContent]).toEqual(["2:00", "2:02"]);
  second.textContent = "";
  countTimers(second);
  expect(vi.getTimerCount()).toBe(0);
});
