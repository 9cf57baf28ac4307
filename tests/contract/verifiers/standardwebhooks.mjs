// Judges requests by the specification's own package for Node, by its own clock.
// Usage: node standardwebhooks.mjs FOLDER, where FOLDER holds node_modules
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const { Webhook } = createRequire(`${process.argv[2]}/`)("standardwebhooks");

function verify(secret, headers, body) {
  try {
    new Webhook(secret).verify(body, headers);
    return true;
  } catch {
    return false;
  }
}

const lines = readFileSync(0, "utf8").split("\n").filter(Boolean);
for (const line of lines) {
  const { secret, headers, body } = JSON.parse(line);
  console.log(verify(secret, headers, Buffer.from(body, "base64").toString()));
}
