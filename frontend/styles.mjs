/** `import text from "./x.css?inline"` gives a stylesheet as a text, minified by esbuild; Vite knows that by itself. */
import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { transform } from "esbuild";

export const styles = {
  name: "styles",
  setup(build) {
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
