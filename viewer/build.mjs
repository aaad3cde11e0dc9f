// Build the bundle: node build.mjs
// The hash of the sources is the first line of the bundle; a test compares it with the sources.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const here = import.meta.dirname;
const output = join(here, "../signlift/viewer/static");

function sourceHash() {
  const sources = readdirSync(join(here, "src"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(here.length + 1)
        .replaceAll("\\", "/"),
    );
  const hash = createHash("sha256");
  for (const name of [...sources, "build.mjs", "package-lock.json"].sort()) {
    hash
      .update(`${name}\0`)
      .update(readFileSync(join(here, name)))
      .update("\0");
  }
  return hash.digest("hex");
}

const licence = readFileSync(join(here, "node_modules/three/LICENSE"), "utf8").trim();
const result = await build({
  entryPoints: {
    viewer: join(here, "src/main.ts"),
    viewer_style: join(here, "src/style/viewer.css"),
  },
  bundle: true,
  minify: true,
  format: "iife",
  target: ["chrome111", "firefox113", "safari16.4"],
  legalComments: "none",
  outdir: output,
  write: false,
});
for (const { path, text } of result.outputFiles) {
  if (path.endsWith("viewer.js")) {
    const head = `/* signlift's viewer, sources ${sourceHash()}\n\nIt contains three.js:\n\n${licence}\n*/\n`;
    writeFileSync(join(output, "viewer.js"), head + text);
    console.log(`viewer.js: ${(text.length / 1000).toFixed(0)} kB`);
  } else {
    writeFileSync(join(output, "viewer.css"), text);
    console.log(`viewer.css: ${(text.length / 1000).toFixed(0)} kB`);
  }
}
