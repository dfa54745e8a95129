import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Ticker, timerText, writeTimers } from "../../src/timer";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test.each([
  [0, "0:00"],
  [65, "1:05"],
  [3599, "59:59"],
  [3600, "1:00:00"],
  [36_061, "10:01:01"],
  [-30, "0:00"],
])("after %d seconds it says %s", (seconds, text) => expect(timerText(0, seconds * 1000)).toBe(text));

test("it ticks only while it is wanted", () => {
  const tick = vi.fn();
  const ticker = new Ticker(tick);
  vi.advanceTimersByTime(5000);
  ticker.isWanted = true;
  ticker.isWanted = true;
  vi.advanceTimersByTime(3000);
  expect(tick).toHaveBeenCalledTimes(3);
  ticker.isWanted = false;
  vi.advanceTimersByTime(3000);
  expect(tick).toHaveBeenCalledTimes(3);
  expect(vi.getTimerCount()).toBe(0);
});

test("all timers are written from when their calls began", () => {
  document.body.innerHTML = '<i data-since="1000"></i><i data-since="61000"></i>';
  writeTimers(document, 121_000);
  expect(document.body.textContent).toBe("2:001:00");
});
