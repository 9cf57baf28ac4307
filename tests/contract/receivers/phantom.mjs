// Dialect phantom, written from the published rules of the wire alone. `headers` have lower-case
// names, `body` is a Buffer, `now` is in Unix seconds.
import { createHmac, timingSafeEqual } from "node:crypto";

const TOLERANCE = 300;

export function verify(secret, headers, body, now) {
  const parts = {};
  for (const item of String(headers["phantom-signature"] ?? "").split(",")) {
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
