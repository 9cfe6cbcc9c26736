/** A link-layer address of 48 bits as `ip link` prints it (`52:54:00:12:34:56`), as one number; null when it is none. */
export function parseMac(text: string): number | null {
  return /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(text) ? Number.parseInt(text.replaceAll(":", ""), 16) : null;
}
