// A receiver in Node. It prints its port, then one line of JSON for every request.
// Usage: node serve.mjs DIALECT SECRET
import { createServer } from "node:http";

const [dialect, secret] = process.argv.slice(2);
const { verify } = await import(`./${dialect}.mjs`);

const server = createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    const body = Buffer.concat(chunks);
    const headers = request.headers;
    const verified = verify(secret, headers, body, Date.now() / 1000);
    const seen = { verified, method: request.method, headers, body: body.toString("base64") };
    process.stdout.write(`${JSON.stringify(seen)}\n`);
    response.writeHead(verified ? 204 : 401).end();
  });
});

server.listen(0, "127.0.0.1", () => process.stdout.write(`${server.address().port}\n`));
