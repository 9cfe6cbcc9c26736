/** What the page shows; it is all in the part of the address after `#`, so that a link shows the same. */
export type Route =
  | { readonly view: "picture"; readonly node: string | null }
  | { readonly view: "findings"; readonly check: string | null }
  | { readonly view: "trace"; readonly from: string; readonly to: string }
  | { readonly view: "reachability" }
  | { readonly view: "snapshot" }
  | { readonly view: "captures"; readonly file: string | null; readonly line: number | null };

export type View = Route["view"];

export const start: Route = { view: "picture", node: null };

/** Reads `#trace=web>db:3306`, `#picture=bridge:docker0`, `#captures=ip_a.txt:31`, … Anything else is the picture. */
export function parseRoute(hash: string): Route {
  const [view, ...rest] = hash.replace(/^#/, "").split("=");
  const value = decode(rest.join("="));
  switch (view) {
    case "findings":
      return { view, check: value === "" ? null : value };
    case "trace": {
      const at = value.indexOf(">");
      return { view, from: at < 0 ? value : value.slice(0, at), to: at < 0 ? "" : value.slice(at + 1) };
    }
    case "reachability":
    case "snapshot":
      return { view };
    case "captures": {
      const match = /^(.*?)(?::(\d+))?$/s.exec(value);
      const line = match?.[2];
      return { view, file: match?.[1] ? match[1] : null, line: line === undefined ? null : Number(line) };
    }
    default:
      return { view: "picture", node: value === "" ? null : value };
  }
}

/** The same as text. What is usual in names stays readable. */
export function formatRoute(route: Route): string {
  const value = targetOf(route);
  return value === "" ? `#${route.view}` : `#${route.view}=${encode(value)}`;
}

function targetOf(route: Route): string {
  switch (route.view) {
    case "picture":
      return route.node ?? "";
    case "findings":
      return route.check ?? "";
    case "trace":
      return route.from === "" && route.to === "" ? "" : `${route.from}>${route.to}`;
    case "captures":
      return route.file === null ? "" : `${route.file}${route.line === null ? "" : `:${route.line}`}`;
    case "reachability":
    case "snapshot":
      return "";
  }
}

const encode = (text: string): string =>
  encodeURIComponent(text.replace(/\p{Cs}/gu, "\ufffd")).replace(/%(3A|2F|40|3E|2C|5B|5D)/g, decodeURIComponent);

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
