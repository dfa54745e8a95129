/** Builds the modules that the integration serves. `node build.mjs check` only compares them with what is there. */
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { styles } from "./styles.mjs";

const FOLDER = fileURLToPath(new URL("../custom_components/ringcentral/frontend/", import.meta.url));
const MAIN = "ringcentral-cards.js";
/** Of what every dashboard loads. */
const MOST_BYTES = 48 * 1024;
/** What is smaller is not worth a request of its own. */
const FEWEST_BYTES_OF_A_CHUNK = 5 * 1024;

const fail = (text) => {
  console.error(text);
  process.exit(1);
};

const { version } = JSON.parse(
  await readFile(new URL("../custom_components/ringcentral/manifest.json", import.meta.url), "utf8"),
);
const { outputFiles, metafile } = await build({
  absWorkingDir: fileURLToPath(new URL(".", import.meta.url)),
  entryPoints: { [MAIN.replace(".js", "")]: "src/main.ts" },
  outdir: FOLDER,
  chunkNames: "ringcentral-[name]-[hash]",
  splitting: true,
  bundle: true,
  minify: true,
  charset: "utf8",
  format: "esm",
  target: "es2022",
  legalComments: "eof",
  banner: { js: `/* RingCentral cards ${version}, MIT license; made from frontend/ by scripts/card. */` },
  plugins: [styles],
  metafile: true,
  write: false,
});
const made = new Map(outputFiles.map(({ path, text }) => [basename(path), text]));

// The first module must not wait for another: after an upgrade, a browser may have kept the one and not the other.
const main = Object.entries(metafile.outputs).find(([path]) => basename(path) === MAIN)[1];
const awaited = main.imports.filter(({ kind }) => kind !== "dynamic-import");
if (awaited.length) fail(`The first module imports ${awaited.map(({ path }) => basename(path))}.`);
for (const [name, text] of made) {
  const bytes = Buffer.byteLength(text);
  console.log(`${name}: ${bytes} bytes`);
  if (name === MAIN && bytes > MOST_BYTES && !process.env.LOOSE) fail(`That is more than ${MOST_BYTES}.`);
  if (name !== MAIN && !process.env.LOOSE && bytes < FEWEST_BYTES_OF_A_CHUNK) fail(`A chunk should have at least ${FEWEST_BYTES_OF_A_CHUNK}.`);
}

await mkdir(FOLDER, { recursive: true });
const present = await readdir(FOLDER);
if (process.argv[2] === "check") {
  const texts = await Promise.all(present.map((name) => readFile(join(FOLDER, name), "utf8")));
  const isSame = present.length === made.size && present.every((name, index) => made.get(name) === texts[index]);
  if (!isSame) fail("The committed modules are not what their sources make; run scripts/card build.");
} else {
  await Promise.all(present.filter((name) => !made.has(name)).map((name) => rm(join(FOLDER, name))));
  await Promise.all([...made].map(([name, text]) => writeFile(join(FOLDER, name), text)));
}
