/** Makes the pictures of recent calls and voicemail, from the real frontend and the simulated office; see scripts/screenshots. */
import { pause, shoot } from "./camera.mjs";
import { launch } from "./test/chromium.mjs";
import { makeDashboard, startDemo } from "./test/demo.mjs";
import { open } from "./test/office.mjs";

/** Return where a card is, with a margin. */
async function around(card) {
  const { x, y, width, height } = await card.boundingBox();
  return { x: x - 16, y: y - 16, width: width + 32, height: height + 32 };
}

const browser = await launch();
const demo = await startDemo();
try {
  await demo.office.do("ring", { extension: "101", name: "Ada Brandt", from: "+14155550142", answer_after: 1, hang_up_after: 8 });
  await pause(10);
  await demo.office.do("ring", { extension: "101", name: "John Wang", from: "+14155550123", hang_up_after: 5, voicemail: 6 });
  await pause(15);
  await demo.office.do("voicemail", {
    extension: "101",
    name: "Northwind Logistics",
    from: "+12125550147",
    seconds: 14,
    text: "Hi, Kim of Northwind. Your delivery comes on Thursday instead of Wednesday. No need to call back.",
  });
  // What was said comes some time after the voicemail, and the log after that.
  await pause(80);
  for (const theme of ["dark", "light"]) {
    const page = await open(browser, demo.url, demo.tokens, { colorScheme: theme, viewport: { width: 1280, height: 1000 } });
    await page.locator("ringcentral-phone").first().waitFor();
    if (theme === "dark") {
      const cards = [{ type: "custom:ringcentral-recent-calls", most: 9 }];
      await makeDashboard(page, "doc-history", [cards, [{ type: "custom:ringcentral-voicemail", most: 6 }]]);
    }
    await page.goto(`${demo.url}/doc-history`);
    const voicemail = page.locator("ringcentral-voicemail");
    await voicemail.getByRole("button", { name: /^Play/ }).first().click();
    await voicemail.getByText(/^0:04/).waitFor();
    await voicemail.getByRole("button", { name: /^Pause/ }).click();
    await page.mouse.move(0, 0);
    await shoot(page, `recent-calls-${theme}`, { clip: await around(page.locator("ringcentral-recent-calls")) });
    await shoot(page, `voicemail-${theme}`, { clip: await around(voicemail) });
    await page.context().close();
  }
} finally {
  await demo.stop();
  await browser.close();
}
