/** The integration's translations, by language; as a set-up file, it gives them to the office of the unit tests. */
import { readdirSync, readFileSync } from "node:fs";

const FOLDER = `${import.meta.dirname}/../../custom_components/ringcentral/translations`;

export const TRANSLATIONS = Object.fromEntries(
  readdirSync(FOLDER).map((name) => [name.replace(".json", ""), JSON.parse(readFileSync(`${FOLDER}/${name}`, "utf8"))]),
);

globalThis.TRANSLATIONS = TRANSLATIONS;
