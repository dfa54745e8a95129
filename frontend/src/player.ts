/** Plays one recording at a time, from the address that Home Assistant signs for this user. */
import type { Hass } from "./hass";

const EVENTS = ["durationchange", "ended", "error", "pause", "playing", "seeked", "timeupdate", "waiting"];

export class Player {
  readonly #audio = new Audio();
  #key = "";
  #hasFailed = false;

  constructor(private readonly changed: () => void) {
    this.#audio.preload = "auto";
    for (const type of EVENTS) this.#audio.addEventListener(type, this);
  }

  handleEvent(event: Event): void {
    // Without an address, which it loses when it stops, there is no error.
    if (event.type === "error" && this.#audio.hasAttribute("src")) this.#hasFailed = true;
    if (event.type === "ended") this.#audio.currentTime = 0;
    this.changed();
  }

  isPlaying(key: string): boolean {
    return key === this.#key && !this.#audio.paused;
  }

  hasFailed(key: string): boolean {
    return key === this.#key && this.#hasFailed;
  }

  /** Stop what is played, unless it is one of these: it was deleted elsewhere. */
  keepOnly(keys: readonly string[]): void {
    if (this.#key && !keys.includes(this.#key)) this.stop();
  }

  /** Return where a recording is, in seconds. */
  position(key: string): number {
    return key === this.#key ? this.#audio.currentTime : 0;
  }

  /** Return how long a recording is, where the browser knows it. */
  length(key: string): number | undefined {
    const { duration } = this.#audio;
    return key === this.#key && Number.isFinite(duration) ? duration : undefined;
  }

  seek(key: string, seconds: number): void {
    if (key === this.#key && this.#audio.hasAttribute("src")) this.#audio.currentTime = seconds;
  }

  /** Play a recording, or pause it if it plays; another one ends. */
  async toggle(hass: Hass, key: string, media: string): Promise<void> {
    if (key === this.#key && !this.#hasFailed && this.#audio.hasAttribute("src")) {
      if (this.#audio.paused) await this.#play();
      else this.#audio.pause();
      return;
    }
    this.stop();
    this.#key = key;
    this.changed();
    const command = { type: "media_source/resolve_media", media_content_id: media };
    try {
      const { url } = await hass.connection!.sendMessagePromise<{ url: string }>(command);
      if (this.#key !== key) return;
      this.#audio.src = hass.hassUrl?.(url) ?? url;
      await this.#play();
    } catch {
      if (this.#key !== key) return;
      this.#hasFailed = true;
      this.changed();
    }
  }

  async #play(): Promise<void> {
    await this.#audio.play().catch((error: unknown) => {
      // Somebody has stopped it before it began.
      if ((error as Error).name !== "AbortError") throw error;
    });
  }

  stop(): void {
    this.#audio.pause();
    this.#audio.removeAttribute("src");
    this.#audio.load();
    this.#key = "";
    this.#hasFailed = false;
  }
}
