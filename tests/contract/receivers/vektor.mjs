// Dialect vektor, written from the published rules of the wire alone: no timestamp is signed.
import { createHmac, timingSafeEqual } from "node:crypto";

export function verify(secret, headers, body) {
  const given = Buffer.from(String(headers["x-signature"] ?? ""));
  const wanted = Buffer.from(`sha256=${createHmac("sha256", secret).update(body).digest("hex")}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
