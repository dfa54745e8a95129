/** How long a call lasts, and the one interval a card needs for it. */

/** Return `m:ss`, or `h:mm:ss` from an hour on; never less than nothing, whatever the clocks say. */
export function timerText(startedAt: number, now: number): string {
  const seconds = Math.max(0, Math.floor((now - startedAt) / 1000));
  const parts = [Math.floor(seconds / 60) % 60, seconds % 60].map((part) => `${part}`.padStart(2, "0"));
  return seconds < 3600 ? parts.join(":").replace(/^0/, "") : `${Math.floor(seconds / 3600)}:${parts.join(":")}`;
}

/** Calls back once a second while it is wanted. */
export class Ticker {
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly tick: () => void) {}

  /** Run only while something has to be counted. */
  set isWanted(wanted: boolean) {
    if (wanted && this.timer === undefined) {
      this.timer = setInterval(this.tick, 1000);
    } else if (!wanted && this.timer !== undefined) {
      clearInterval(this.timer);
      this.timer = undefined;
    }
  }
}

/** Write the present length of their calls into all timers below an element; return how many there are. */
export function writeTimers(root: ParentNode, now = Date.now()): number {
  const timers = root.querySelectorAll<HTMLElement>("[data-since]");
  for (const timer of timers) {
    const text = timerText(Number(timer.dataset["since"]), now);
    if (timer.textContent !== text) timer.textContent = text;
  }
  return timers.length;
}
