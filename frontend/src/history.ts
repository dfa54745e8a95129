/**
 * The chunk of what happened while nobody looked: recent calls and voicemail.
 *
 * As those of the chunk of extras, its modules import only types of the others, and are given the rest.
 */
import type { Kit } from "./kit";
import { makeRecentCalls } from "./recent-calls-card";
import { makeVoicemail } from "./voicemail-card";

/** Define the elements that stand-ins show. */
export function defineElements(kit: Kit): void {
  kit.define("ringcentral-recent-calls-content", makeRecentCalls(kit));
  kit.define("ringcentral-voicemail-content", makeVoicemail(kit));
}
