/** Whether two names are one host's: `web1` and `web1.example.com` are, `web1.a.example` and `web1.b.example` are not. */
export function isSameHost(a: string, b: string): boolean {
  return a === b || a.startsWith(`${b}.`) || b.startsWith(`${a}.`);
}
