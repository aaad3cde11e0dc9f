// Build the bundles of the viewer and of the live page: node build.mjs
// The hash of the sources is the first line of both; a test compares it with the sources.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const here = import.meta.dirname;
const output = join(here, "../signlift");

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
const hash = sourceHash();

/** Each bundle: its entry points, where it goes, and what its script says of itself. */
const bundles = [
  {
    name: "viewer",
    script: "src/main.ts",
    style: "src/style/viewer.css",
    head: `/* signlift's viewer, sources ${hash}\n\nIt contains three.js:\n\n${licence}\n*/\n`,
  },
  {
    name: "live",
    script: "src/live/main.ts",
    style: "src/style/live.css",
    head: `/* signlift's live page, sources ${hash}\n\nThe scene is that of viewer.js. */\n`,
  },
];

for (const { name, script, style, head } of bundles) {
  const directory = join(output, name, "static");
  mkdirSync(directory, { recursive: true });
  const result = await build({
    entryPoints: { [name]: join(here, script), [`${name}_style`]: join(here, style) },
    bundle: true,
    minify: true,
    format: "iife",
    target: ["chrome111", "firefox113", "safari16.4"],
    legalComments: "none",
    outdir: directory,
    write: false,
  });
  for (const { path, text } of result.outputFiles) {
    const isScript = path.endsWith(".js");
    const file = `${name}.${isScript ? "js" : "css"}`;
    writeFileSync(join(directory, file), isScript ? head + text : text);
    console.log(`${file}: ${(text.length / 1000).toFixed(0)} kB`);
  }
}
