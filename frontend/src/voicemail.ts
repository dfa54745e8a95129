/** Voicemails, as the integration reports them. */
import type { Party } from "./calls";
import type { Extension } from "./extensions";
import type { Kit } from "./kit";
import type { Reported } from "./live";

interface ReportedVoicemail {
  voicemail_id: string;
  /** ISO 8601. */
  received_at: string;
  caller_name?: string | null;
  caller_number?: string | null;
  number_text?: string | null;
  withheld?: boolean;
  /** Seconds. */
  duration?: number | null;
  transcription?: string | null;
  read: boolean;
  /** What a media source plays; null where nothing may be played. */
  media_content_id?: string | null;
}

export interface Mailbox extends Reported {
  can_edit: boolean;
  unread: number;
  voicemails: readonly ReportedVoicemail[];
}

export interface Voicemail extends Party {
  key: string;
  id: string;
  deviceId: string;
  phone: string;
  canEdit: boolean;
  /** Unix milliseconds. */
  at: number;
  seconds: number;
  transcription: string;
  isRead: boolean;
  media: string;
}

/** Return the voicemails of all mailboxes, the newest first. */
export function listVoicemails(kit: Kit, mailboxes: readonly { one: Mailbox; phone: Extension }[], mask: boolean): Voicemail[] {
  const all = mailboxes.flatMap(({ one, phone }) => one.voicemails.map((voicemail) => read(kit, voicemail, one, phone)));
  const shown = all.filter(({ at }) => !Number.isNaN(at)).sort((one, other) => other.at - one.at);
  return mask ? shown.map(kit.maskParty) : shown;
}

function read(kit: Kit, voicemail: ReportedVoicemail, mailbox: Mailbox, phone: Extension): Voicemail {
  return {
    ...kit.readParty(voicemail, "caller_name", "caller_number"),
    key: `${phone.id} ${voicemail.voicemail_id}`,
    id: voicemail.voicemail_id,
    deviceId: phone.id,
    phone: phone.name,
    canEdit: mailbox.can_edit && mailbox.available,
    at: Date.parse(voicemail.received_at),
    seconds: voicemail.duration ?? 0,
    transcription: voicemail.transcription ?? "",
    isRead: voicemail.read,
    media: voicemail.media_content_id ?? "",
  };
}

/** Digits that may be a number, with what people put between them; the integration masks the same. */
const SPOKEN_NUMBER = /\+?\d(?:[\s\-.()/]{0,3}\d){4,}/g;

/** Return what was said as it may be shown to everybody who passes the screen. */
export function maskSpoken(kit: Kit, text: string): string {
  return text.replace(SPOKEN_NUMBER, kit.maskNumber);
}
