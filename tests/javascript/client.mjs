// RingCentral's own client, as its documentation has it; only the server's address is another.
// It prints one JSON object a line: what it learns, and what happens. It ends when its input ends.
import RingCentral from "@rc-ex/core";
import WebSocketExtension, { Events } from "@rc-ex/ws";
import { once } from "node:events";

const say = (what) => console.log(JSON.stringify(what));

const rc = new RingCentral({
  server: process.env.RINGCENTRAL_SERVER_URL,
  clientId: process.env.RINGCENTRAL_CLIENT_ID,
  clientSecret: process.env.RINGCENTRAL_CLIENT_SECRET,
});
await rc.authorize({ jwt: process.env.RINGCENTRAL_JWT });
const extension = await rc.restapi().account().extension().get();
const presence = await rc.restapi().account().extension().presence().get({ detailedTelephonyState: true });
say({ extension, presence });

const webSocketExtension = new WebSocketExtension();
await rc.installExtension(webSocketExtension);
for (const name of [Events.autoRecoverSuccess, Events.autoRecoverFailed, Events.autoRecoverError]) {
  webSocketExtension.eventEmitter.on(name, () => say({ recovery: name }));
}
const subscription = await webSocketExtension.subscribe(
  [process.env.RINGCENTRAL_FILTER],
  (event) => say({ event }),
);
say({ subscription: subscription.subscriptionInfo });

process.stdin.resume();
await once(process.stdin, "end");
await webSocketExtension.revoke();
await rc.revoke();
