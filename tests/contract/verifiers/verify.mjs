// Judges the requests of standard input, a JSON object a line; prints true or false for each.
import { readFileSync } from "node:fs";

const dialects = {};
for (const name of ["phantom", "vektor", "standard"]) {
  dialects[name] = await import(`../receivers/${name}.mjs`);
}

const lines = readFileSync(0, "utf8").split("\n").filter(Boolean);
for (const line of lines) {
  const { dialect, secret, headers, body, now } = JSON.parse(line);
  console.log(dialects[dialect].verify(secret, headers, Buffer.from(body, "base64"), now));
}
