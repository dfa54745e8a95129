/** Builds the one module that the integration serves. `node build.mjs check` only compares it with what is there. */
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { minifiers } from "./minifiers.mjs";

const OUTPUT = fileURLToPath(new URL("../custom_components/ringcentral/frontend/ringcentral-cards.js", import.meta.url));
const MOST_BYTES = 40 * 1024;

const { version } = JSON.parse(
  await readFile(new URL("../custom_components/ringcentral/manifest.json", import.meta.url), "utf8"),
);
const { outputFiles } = await build({
  absWorkingDir: fileURLToPath(new URL(".", import.meta.url)),
  entryPoints: ["src/main.ts"],
  bundle: true,
  minify: true,
  charset: "utf8",
  format: "esm",
  target: "es2022",
  legalComments: "eof",
  banner: { js: `/* RingCentral cards ${version}, MIT licence; made from frontend/ by scripts/card. */` },
  plugins: [minifiers],
  write: false,
});
const [{ text, contents }] = outputFiles;
if (contents.length > MOST_BYTES) {
  console.error(`The module has ${contents.length} bytes, more than ${MOST_BYTES}.`);
  process.exit(1);
}
if (process.argv[2] === "check") {
  if ((await readFile(OUTPUT, "utf8").catch(() => "")) !== text) {
    console.error("The committed module is not what its sources make; run scripts/card build.");
    process.exit(1);
  }
  console.log(`The module is what its sources make: ${contents.length} bytes.`);
} else {
  await writeFile(OUTPUT, text);
  console.log(`${OUTPUT}: ${contents.length} bytes`);
}
