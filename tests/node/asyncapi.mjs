// Reads AsyncAPI documents, a JSON list of them, from standard input, and prints what the official
// parser makes of each: its operations (null where it refuses it) and {severity, code, message,
// path} of whatever it says; severity 0 is an error.
import { Parser } from "@asyncapi/parser";
import { text } from "node:stream/consumers";

const documents = JSON.parse(await text(process.stdin));
const parser = new Parser();
const found = [];
for (const document of documents) {
  const { document: parsed, diagnostics } = await parser.parse(JSON.stringify(document));
  const operations = parsed ? parsed.operations().all().map((one) => one.id()) : null;
  const told = diagnostics.map(({ severity, code, message, path }) => (
    { severity, code, message, path: path.join("/") }));
  found.push({ operations, diagnostics: told });
}
console.log(JSON.stringify(found));
