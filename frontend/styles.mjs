/** `import text from "./x.css?inline"` gives a stylesheet as a text, minified by esbuild; Vite knows that by itself. */
import { readFile } from "node:fs/promises";
import { dirname, relative, resolve } from "node:path";
import { transform } from "esbuild";

const HERE = import.meta.dirname;

export const styles = {
  name: "styles",
  setup(build) {
    build.onResolve({ filter: /\.css\?inline$/ }, ({ path, importer }) => ({
      // Names of chunks depend on it, and must not depend on where the folder is.
      path: relative(HERE, resolve(dirname(importer), path.replace("?inline", ""))),
      namespace: "styles",
    }));
    build.onLoad({ filter: /.*/, namespace: "styles" }, async ({ path }) => {
      const { code } = await transform(await readFile(resolve(HERE, path), "utf8"), { loader: "css", minify: true, target: "es2022" });
      return { contents: code.trim(), loader: "text" };
    });
  },
};
