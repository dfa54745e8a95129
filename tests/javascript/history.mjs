// RingCentral's own client reads the call log and the voicemail, as its documentation has it.
// It prints one JSON object: what it read, and what became of what it changed.
import RingCentral from "@rc-ex/core";

const rc = new RingCentral({
  server: process.env.RINGCENTRAL_SERVER_URL,
  clientId: process.env.RINGCENTRAL_CLIENT_ID,
  clientSecret: process.env.RINGCENTRAL_CLIENT_SECRET,
});
await rc.authorize({ jwt: process.env.RINGCENTRAL_JWT });
const extension = rc.restapi().account().extension();
const full = await extension.callLogSync().get({ syncType: "FSync", recordCount: 250 });
const more = await extension.callLogSync().get({ syncType: "ISync", syncToken: full.syncInfo.syncToken });
const listed = await extension.callLog().list({ perPage: 10 });
const messages = await extension.messageSync().get({ syncType: "FSync", messageType: ["VoiceMail"] });
const [first] = messages.records;
const content = await extension.messageStore(String(first.id)).content(String(first.attachments[0].id)).get();
const read = await extension.messageStore(String(first.id)).put({ readStatus: "Read" });
await extension.messageStore(String(first.id)).delete();
const left = await extension.messageStore().list({ availability: ["Alive"] });
await rc.revoke();
console.log(JSON.stringify({ full, more, listed, messages, audio: content.length, read, left }));
