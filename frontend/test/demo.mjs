/** The demo, started as a process of its own: Home Assistant with this integration, beside the simulated office. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { logIn, Office } from "./office.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** Start it with the given arguments (`--users 500`); `url`, `tokens` and `office` are ready to use. */
export async function startDemo(...args) {
  const [port, simulatorPort] = [await freePort(), await freePort()];
  const config = await mkdtemp(join(tmpdir(), "demo-"));
  const ports = ["--port", port, "--simulator-port", simulatorPort, "--config", config];
  const process = spawn(join(ROOT, ".venv/bin/python"), ["-m", "demo", "--quiet", ...ports.map(String), ...args], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  await new Promise((ready, fail) => {
    process.on("error", fail);
    process.on("exit", () => fail(new Error(`The demo ended: ${said}`)));
    process.stdout.on("data", (text) => {
      said += text;
      if (said.includes("Stop with Ctrl-C.")) ready();
    });
  });
  process.removeAllListeners("exit");
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    tokens: await logIn(url),
    office: new Office(`http://127.0.0.1:${simulatorPort}`),
    async stop() {
      process.kill("SIGTERM");
      await once(process, "exit");
      await rm(config, { recursive: true, force: true });
    },
  };
}

/** Send commands over the frontend's own connection. */
export function send(page, ...commands) {
  return page.evaluate(async (messages) => {
    const { connection } = document.querySelector("home-assistant").hass;
    const results = [];
    for (const message of messages) results.push(await connection.sendMessagePromise(message));
    return results;
  }, commands);
}

/** Make a dashboard of columns of cards; `$Front Desk` stands for that device. */
export async function makeDashboard(page, urlPath, columns, type = "sections") {
  const devices = await page.evaluate(() =>
    Object.fromEntries(Object.values(document.querySelector("home-assistant").hass.devices).map((one) => [one.name, one.id])),
  );
  const named = JSON.parse(JSON.stringify(columns), (_, value) =>
    typeof value === "string" && value.startsWith("$") ? devices[value.slice(1)] : value,
  );
  const view = type === "sections" ? { sections: named.map((cards) => ({ type: "grid", cards })) } : { cards: named.flat() };
  const dashboard = { url_path: urlPath, title: urlPath, mode: "storage", show_in_sidebar: false, require_admin: false };
  await send(
    page,
    { type: "lovelace/dashboards/create", ...dashboard },
    { type: "lovelace/config/save", url_path: urlPath, config: { views: [{ title: "Phones", type, ...view }] } },
  );
}

/** Open the editor of the first card, on a dashboard that is being edited. */
export async function openEditor(page) {
  await page.locator("#ha-launch-screen").waitFor({ state: "detached" });
  // The card below shows through the overlay, which takes the click.
  await page.locator("hui-card-edit-mode .card-overlay").first().click({ force: true });
  await page.locator("hui-dialog-edit-card").getByText("Mask numbers").waitFor();
}
