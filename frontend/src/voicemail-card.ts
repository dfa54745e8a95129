/** The card of voicemails: listen, read, call back, mark, delete. */
import type { TemplateResult } from "lit/html.js";
import type { ListConfig } from "./config";
import type { Hass } from "./hass";
import shared from "./history.css?inline";
import type { Kit } from "./kit";
import { makeLiveCard } from "./live";
import { Player } from "./player";
import { Rows } from "./rows";
import { listVoicemails, maskSpoken, type Mailbox, type Voicemail } from "./voicemail";
import text from "./voicemail.css?inline";
import type { Word } from "./words";

const USUAL = 30;

/** Make the card's element. */
export function makeVoicemail(kit: Kit) {
  const { act, html, nothing, say } = kit;
  const sheet = kit.styleSheet(shared + text);
  const lengthOf = (seconds: number): string => kit.timerText(0, Math.round(seconds) * 1000);

  return class extends makeLiveCard(kit)<Mailbox> {
    protected readonly command = { type: "ringcentral/voicemails", name: "mailboxes" };
    readonly #rows = new Rows(kit);
    readonly #player = new Player(() => this.requestUpdate());
    /** What was said in older voicemails, which is read when they are opened. */
    readonly #said = new Map<string, string>();
    #opened = "";
    #deleting: Voicemail | undefined;
    /** The row that gets the focus once another, which had it, is gone. */
    #focusAfter: { gone: string; next: string | undefined } | undefined;
    #isUnfolded = false;

    constructor() {
      super(sheet);
    }

    override disconnectedCallback(): void {
      super.disconnectedCallback();
      this.#player.stop();
    }

    protected render(hass: Hass, config: ListConfig): TemplateResult {
      const mailboxes = this.follow(hass, config);
      const all = listVoicemails(kit, mailboxes, config.mask === true);
      this.#player.keepOnly(all.map(({ key }) => key));
      const shown = this.#isUnfolded ? all : all.slice(0, config.most ?? USUAL);
      const hasPhone = mailboxes.length > 1;
      this.#rows.update(
        shown.map((one) => ({ key: one.key, kind: "item", content: this.#renderRow(hass, config, one, hasPhone) })),
      );
      return html`<ha-card>
          ${this.#renderHead(hass, config, all)} ${this.renderNotice(hass, mailboxes)}
          <div class="body">
            ${this.#rows.list}
            ${
              all.length || !this.isKnown
                ? nothing
                : this.renderEmpty(hass, "mdi:voicemail", mailboxes.length ? "none" : "no_mailbox")
            }
            ${shown.length < all.length ? this.#renderRest(hass, all.length - shown.length) : nothing}
          </div>
        </ha-card>
        ${this.#deleting ? this.#renderQuestion(hass, this.#deleting) : nothing}`;
    }

    protected override rendered(): void {
      const dialog = this.query<HTMLDialogElement>("dialog");
      if (dialog && !dialog.open) dialog.showModal();
      const { gone, next } = this.#focusAfter ?? {};
      if (gone === undefined || this.#rows.has(gone)) return;
      this.#focusAfter = undefined;
      this.#rows.find(next, ".row")?.focus();
    }

    #renderHead(hass: Hass, config: ListConfig, all: readonly Voicemail[]): TemplateResult {
      const unread = all.filter(({ isRead }) => !isRead);
      const devices = [...new Set(unread.filter(({ canEdit }) => canEdit).map(({ deviceId }) => deviceId))];
      const mark = () => void act(hass, "ringcentral.mark_voicemail_read", {}, { device_id: devices });
      return html`<div class="head">
        <h2>${config.title ?? say(hass, "voicemail")}</h2>
        ${
          unread.length
            ? html`<span class="chip" data-tone="new"><span class="unseen">${say(hass, "unread")}</span>${unread.length}</span>`
            : nothing
        }
        ${devices.length ? html`<button class="control" @click=${mark}>${say(hass, "mark_all_read")}</button>` : nothing}
      </div>`;
    }

    #renderRow(hass: Hass, config: ListConfig, one: Voicemail, hasPhone: boolean): TemplateResult {
      const isOpen = one.key === this.#opened;
      const said = this.#textOf(one, config);
      const number = one.name && (one.number || (one.isWithheld && say(hass, "withheld")));
      const tone = one.isRead ? "" : "new";
      const toggle = () => this.#open(hass, isOpen ? "" : one.key, one);
      return html`<div class="line" data-tone=${tone}>
          ${this.#renderPlay(hass, one)}
          <button class="row" data-tone=${tone} aria-expanded=${isOpen ? "true" : "false"} @click=${toggle}>
            <span class="lines">
              <span class="title">
                ${one.isRead ? nothing : html`<span class="unseen">${say(hass, "unread")}</span>`}
                <bdi class="name">${kit.callerOf(hass, one)}</bdi>
              </span>
              <span class="detail parts">
                <span class="length">${lengthOf(one.seconds)}</span>
                ${number ? html`<span><bdi dir=${one.number ? "ltr" : "auto"}>${number}</bdi></span>` : nothing}
              </span>
              ${said && !isOpen ? html`<bdi class="detail preview">${said}</bdi>` : nothing}
            </span>
            <span class="side">
              <time datetime=${new Date(one.at).toISOString()}>${kit.formatsOf(hass).date(one.at, Date.now())}</time>
              ${hasPhone ? html`<bdi class="detail">${one.phone}</bdi>` : nothing}
            </span>
          </button>
        </div>
        ${isOpen ? this.#renderPanel(hass, one, said) : nothing}`;
    }

    #renderPlay(hass: Hass, one: Voicemail): TemplateResult {
      if (!one.media) return html`<span class="badge"><ha-icon icon="mdi:voicemail"></ha-icon></span>`;
      const isPlaying = this.#player.isPlaying(one.key);
      const play = () => {
        if (one.key !== this.#opened) this.#open(hass, one.key, one);
        void this.#player.toggle(hass, one.key, one.media);
      };
      const label = `${say(hass, isPlaying ? "pause" : "play")}: ${kit.callerOf(hass, one)}`;
      return html`<button class="badge play" aria-label=${label} title=${say(hass, isPlaying ? "pause" : "play")} @click=${play}>
        <ha-icon icon=${isPlaying ? "mdi:pause" : "mdi:play"}></ha-icon>
      </button>`;
    }

    #renderPanel(hass: Hass, one: Voicemail, said: string): TemplateResult {
      return html`<div class="panel">
        ${one.media ? this.#renderPlayer(hass, one) : nothing}
        ${
          said
            ? html`<p class="text" dir="auto">${said}</p>`
            : html`<p class="text quiet">${say(hass, "no_transcription")}</p>`
        }
        <div class="buttons">
          ${
            one.dial
              ? html`<a class="control" href="tel:${one.dial}"><ha-icon icon="mdi:phone"></ha-icon>${say(hass, "call_back")}</a>`
              : nothing
          }
          ${one.canEdit ? this.#renderEdit(hass, one) : nothing}
        </div>
      </div>`;
    }

    #renderPlayer(hass: Hass, one: Voicemail): TemplateResult {
      const length = this.#player.length(one.key) ?? one.seconds;
      const position = Math.min(this.#player.position(one.key), length);
      const seek = (event: Event) => this.#player.seek(one.key, Number((event.target as HTMLInputElement).value));
      if (this.#player.hasFailed(one.key)) return html`<p class="text" role="alert">${say(hass, "not_played")}</p>`;
      const progress = `${lengthOf(position)} / ${lengthOf(length)}`;
      return html`<div class="player">
        <input
          type="range"
          min="0"
          step="0.1"
          max=${length}
          style="--at: ${length ? (100 * position) / length : 0}%"
          .value=${`${position}`}
          aria-label=${say(hass, "position")}
          aria-valuetext=${progress}
          @input=${seek}
        />
        <span class="timer" dir="ltr">${progress}</span>
      </div>`;
    }

    #renderEdit(hass: Hass, one: Voicemail): TemplateResult {
      const word: Word = one.isRead ? "mark_unread" : "mark_read";
      const mark = () => this.#act(hass, one.isRead ? "mark_voicemail_unread" : "mark_voicemail_read", one);
      const ask = () => {
        this.#deleting = one;
        this.requestUpdate();
      };
      return html`<button class="control" @click=${mark}>
          <ha-icon icon=${one.isRead ? "mdi:email-outline" : "mdi:email-open-outline"}></ha-icon>${say(hass, word)}
        </button>
        <button class="control" @click=${ask}>
          <ha-icon icon="mdi:delete-outline"></ha-icon>${hass.localize("ui.common.delete") || "Delete"}
        </button>`;
    }

    #renderQuestion(hass: Hass, one: Voicemail): TemplateResult {
      const close = () => this.query<HTMLDialogElement>("dialog")?.close();
      const closed = () => {
        this.#deleting = undefined;
        this.requestUpdate();
      };
      const remove = () => {
        this.#focusAfter = { gone: one.key, next: this.#rows.neighbor(one.key) };
        close();
        this.#act(hass, "delete_voicemail", one);
      };
      return html`<dialog role="alertdialog" aria-labelledby="question" @close=${closed}>
        <p id="question">${say(hass, "delete_question", { caller: kit.callerOf(hass, one) })}</p>
        <div class="buttons">
          <button class="control" autofocus @click=${close}>${hass.localize("ui.common.cancel") || "Cancel"}</button>
          <button class="control danger" @click=${remove}>${hass.localize("ui.common.delete") || "Delete"}</button>
        </div>
      </dialog>`;
    }

    #renderRest(hass: Hass, count: number): TemplateResult {
      const unfold = () => {
        this.#isUnfolded = true;
        this.requestUpdate();
      };
      return html`<button class="more" @click=${unfold}>${say(hass, "more", { count: `${count}` })}</button>`;
    }

    #act(hass: Hass, action: string, one: Voicemail): void {
      void act(hass, `ringcentral.${action}`, { voicemail_id: one.id }, { device_id: one.deviceId });
    }

    #textOf(one: Voicemail, config: ListConfig): string {
      const said = one.transcription || this.#said.get(one.key) || "";
      return config.mask ? maskSpoken(kit, said) : said;
    }

    #open(hass: Hass, key: string, one: Voicemail): void {
      this.#opened = key;
      this.requestUpdate();
      if (!key || one.transcription || this.#said.has(key)) return;
      const command = { type: "ringcentral/voicemail_transcription", device_id: one.deviceId, voicemail_id: one.id };
      hass.connection?.sendMessagePromise<{ transcription: string | null }>(command).then(
        ({ transcription }) => {
          // There may be one later.
          if (transcription) this.#said.set(key, transcription);
          this.requestUpdate();
        },
        () => undefined,
      );
    }
  };
}
