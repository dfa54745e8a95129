/**
 * What the build does to the sources before bundling them: `import text from "./x.css?inline"` gives the minified
 * stylesheet as a text (Vite knows that by itself), and the indentation inside HTML templates goes.
 */
import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { transform } from "esbuild";

export const minifiers = {
  name: "minifiers",
  setup(build) {
    build.onLoad({ filter: /src\/.*\.ts$/ }, async ({ path }) => ({
      contents: (await readFile(path, "utf8")).replace(/\n\s+/g, "\n").replaceAll(">\n<", "><"),
      loader: "ts",
    }));
    build.onResolve({ filter: /\.css\?inline$/ }, ({ path, importer }) => ({
      path: resolve(dirname(importer), path.replace("?inline", "")),
      namespace: "styles",
    }));
    build.onLoad({ filter: /.*/, namespace: "styles" }, async ({ path }) => {
      const { code } = await transform(await readFile(path, "utf8"), { loader: "css", minify: true, target: "es2022" });
      return { contents: code.trim(), loader: "text" };
    });
  },
};
