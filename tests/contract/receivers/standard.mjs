// Dialect standard, written from the published rules of the wire alone: one good signature of
// several is enough.
import { createHmac, timingSafeEqual } from "node:crypto";

const TOLERANCE = 300;

export function verify(secret, headers, body, now) {
  const id = headers["webhook-id"];
  const stamp = headers["webhook-timestamp"] ?? "";
  if (!id || !/^[0-9]{1,12}$/.test(stamp)) return false;
  if (Math.abs(now - Number(stamp)) > TOLERANCE) return false;
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const digest = createHmac("sha256", key).update(`${id}.${stamp}.`).update(body).digest("base64");
  const wanted = Buffer.from(`v1,${digest}`);
  return String(headers["webhook-signature"] ?? "")
    .split(" ")
    .map((one) => Buffer.from(one))
    .some((given) => given.length === wanted.length && timingSafeEqual(given, wanted));
}
