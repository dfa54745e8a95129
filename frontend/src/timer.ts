/** How long calls last, and the one interval of the page for it. */

/** Return `m:ss`, or `h:mm:ss` from an hour on; never less than nothing, whatever the clocks say. */
export function timerText(startedAt: number, now: number): string {
  const seconds = Math.max(0, Math.floor((now - startedAt) / 1000));
  const parts = [Math.floor(seconds / 60) % 60, seconds % 60].map((part) => `${part}`.padStart(2, "0"));
  return seconds < 3600 ? parts.join(":").replace(/^0/, "") : `${Math.floor(seconds / 3600)}:${parts.join(":")}`;
}

/** The cards that have timers, and the second that all of them show: a call that two cards show is as long in both. */
const roots = new Set<ParentNode>();
let now = 0;
let interval: ReturnType<typeof setInterval> | undefined;

function tick(): void {
  now = Date.now();
  roots.forEach(write);
}

/** Write the present length of their calls into all timers below an element; return how many there are. */
function write(root: ParentNode): number {
  const timers = root.querySelectorAll<HTMLElement>("[data-since]");
  for (const timer of timers) {
    const text = timerText(Number(timer.dataset["since"]), now);
    if (timer.textContent !== text) timer.textContent = text;
  }
  return timers.length;
}

/** Write the timers below an element, and again every second until there are none, or it is forgotten. */
export function countTimers(root: ParentNode): void {
  if (!roots.size) now = Date.now();
  if (!write(root)) return forgetTimers(root);
  roots.add(root);
  interval ??= setInterval(tick, 1000);
}

/** Leave the timers below an element as they are. */
export function forgetTimers(root: ParentNode): void {
  roots.delete(root);
  if (roots.size) return;
  clearInterval(interval);
  interval = undefined;
}
