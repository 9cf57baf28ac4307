// A receiver in Node, written from the published rules of the wire alone. It prints its port, then
// one line of JSON for every request. Usage: node phantom.mjs SECRET
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";

const secret = process.argv[2];
const TOLERANCE = 300;

export function verify(header, body, now) {
  const parts = {};
  for (const item of String(header ?? "").split(",")) {
    const at = item.indexOf("=");
    if (at > 0) parts[item.slice(0, at).trim()] = item.slice(at + 1).trim();
  }
  const stamp = parts.t ?? "";
  if (!/^[0-9]{1,12}$/.test(stamp) || Math.abs(now - Number(stamp)) > TOLERANCE) return false;
  const expected = createHmac("sha256", secret).update(`${stamp}.`).update(body).digest("hex");
  const given = Buffer.from(parts.v1 ?? "");
  const wanted = Buffer.from(expected);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

const server = createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    const body = Buffer.concat(chunks);
    const headers = request.headers;
    const verified = verify(headers["phantom-signature"], body, Date.now() / 1000);
    const seen = { verified, method: request.method, headers, body: body.toString("base64") };
    process.stdout.write(`${JSON.stringify(seen)}\n`);
    response.writeHead(verified ? 204 : 401).end();
  });
});

server.listen(0, "127.0.0.1", () => process.stdout.write(`${server.address().port}\n`));
