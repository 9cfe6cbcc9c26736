/** What the page shows; it is all in the part of the address after `#`, so that a link shows the same. */
export type PageRoute =
  | { readonly view: "picture"; readonly node: string | null }
  | { readonly view: "findings"; readonly check: string | null }
  | { readonly view: "trace"; readonly from: string; readonly to: string }
  | { readonly view: "reachability" }
  | { readonly view: "snapshot" }
  | { readonly view: "captures"; readonly file: string | null; readonly line: number | null }
  /** What differs between two snapshots; `at` is a flow with the side whose trace is shown, or a node of the picture. */
  | { readonly view: "changes"; readonly at: ChangesAt | null };

export type ChangesAt =
  | { readonly kind: "flow"; readonly flow: number; readonly side: ShownSide }
  | { readonly kind: "node"; readonly node: string };

/** Which of two snapshots a view shows. */
export type ShownSide = "before" | "after";

export type View = PageRoute["view"];

/** The side that the address of a view names, as in `#before/trace=web>db:3306`; null where there is but one snapshot. */
export const parseSide = (hash: string): ShownSide | null =>
  (/^#?(before|after)\//.exec(hash)?.[1] as ShownSide | undefined) ?? null;

/**
 * Reads `#trace=web>db:3306`, `#picture=bridge:docker0`, `#captures=ip_a.txt:31`, … with a side before it or not. Anything
 * else is the picture.
 */
export function parseRoute(hash: string): PageRoute {
  const [view, ...rest] = hash.replace(/^#?(?:(?:before|after)\/)?/, "").split("=");
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
    case "changes":
      return { view, at: parseAt(value) };
    default:
      return { view: "picture", node: value === "" ? null : value };
  }
}

/** The same as text. What is usual in names stays readable. */
export function formatRoute(route: PageRoute, side: ShownSide | null = null): string {
  const value = targetOf(route);
  const view = `${side === null || route.view === "changes" ? "" : `${side}/`}${route.view}`;
  return value === "" ? `#${view}` : `#${view}=${encode(value)}`;
}

function parseAt(value: string): ChangesAt | null {
  const [, flow, side] = /^flow:(\d{1,9})(?::(before|after))?$/.exec(value) ?? [];
  if (flow !== undefined) return { kind: "flow", flow: Number(flow), side: side === "before" ? "before" : "after" };
  return value === "" ? null : { kind: "node", node: value };
}

function targetOf(route: PageRoute): string {
  switch (route.view) {
    case "picture":
      return route.node ?? "";
    case "findings":
      return route.check ?? "";
    case "trace":
      return route.from === "" && route.to === "" ? "" : `${route.from}>${route.to}`;
    case "captures":
      return route.file === null ? "" : `${route.file}${route.line === null ? "" : `:${route.line}`}`;
    case "changes":
      if (route.at === null) return "";
      return route.at.kind === "node" ? route.at.node : `flow:${route.at.flow}:${route.at.side}`;
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
