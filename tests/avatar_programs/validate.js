// Validates binary glTF files with the Khronos validator: prints one JSON object for each.
import { readFileSync } from "node:fs";
import validator from "gltf-validator";

for (const path of process.argv.slice(2)) {
  const report = await validator.validateBytes(new Uint8Array(readFileSync(path)), {
    maxIssues: 100,
  });
  console.log(JSON.stringify({ path, ...report.issues, info: report.info }));
}
