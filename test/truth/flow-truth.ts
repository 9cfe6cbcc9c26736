import { contains, parseAddress, parsePrefix } from "../../src/lib/address.ts";
import type { Comparison, DestinationReport, FlowReport, PartyReport } from "../../src/results/comparison.ts";
import type { Truth } from "./compare.ts";

/** A connection that was open in one of two truth files and not in the other. */
export interface RealChange {
  readonly kind: "lost" | "gained";
  readonly from: string;
  readonly before: Truth | null;
  readonly after: Truth | null;
}

/** How a comparison's flows fit what really happened. */
export interface Fit {
  /** Real changes that the comparison does not report. */
  readonly missed: readonly RealChange[];
  /** Reported changes that were tried, and did not happen. */
  readonly invented: readonly string[];
  readonly found: number;
}

/** Holds lost and gained flows against the attempts of both truth files, matched by who asked and whose address it was. */
export function fitTruth(comparison: Comparison, allBefore: readonly Truth[], allAfter: readonly Truth[]): Fit {
  const isFit = isComparable(comparison);
  const [before, after] = [allBefore.filter(isFit), allAfter.filter(isFit)];
  const claims = claimsOf(comparison);
  const real = realChanges(before, after, renamings(comparison));
  const missed = real.filter((change) => !claims.some((claim) => isOf(claim, change)));
  const invented = claims
    .filter((claim) => isRefuted(claim, before, after, real))
    .map(
      ({ kind, from, to }) =>
        `${kind}: ${nameOf(from)} → ${to.address.before ?? "-"} | ${to.address.after ?? "-"} port ${to.port}`,
    );
  return { missed, invented: [...new Set(invented)], found: real.length - missed.length };
}

/**
 * Which attempts say something about a comparison: none with a machine outside that a changed route or rule names, since it is
 * neither anyone nor a neighbour then, and none with a gateway of a network that was made anew, which may have another address.
 */
function isComparable({ changes, chains }: Comparison): (truth: Truth) => boolean {
  const texts = [
    ...changes.map(({ thing }) => thing.name),
    ...chains.flatMap(({ edits }) => edits.flatMap(({ before, after }) => [before?.text ?? "", after?.text ?? ""])),
  ];
  const named = texts.flatMap((text) =>
    (text.match(/\b\d+\.\d+\.\d+\.\d+\/\d+/g) ?? []).flatMap((prefix) => parsePrefix(prefix) ?? []),
  );
  const hasNewNetworks = changes.some(({ kind, thing }) => kind === "replaced" && thing.kind === "network");
  const isNamed = (text: string) => {
    const address = parseAddress(text.replace(/[[\]]/g, ""));
    return address !== null && named.some((prefix) => prefix.length < 32 && contains(prefix, address));
  };
  return ({ from, to, about = "" }) => {
    if (from.includes("@") && isNamed(from.slice(0, from.indexOf("@")))) return false;
    if (about === "outside") return !isNamed(to.slice(0, to.lastIndexOf(":")));
    return !hasNewNetworks || !/^(published|host service)/.test(about) || to.startsWith("192.168.50.10:");
  };
}

interface Claim {
  readonly kind: FlowReport["kind"];
  readonly from: PartyReport;
  readonly to: DestinationReport;
}

const claimsOf = ({ flows }: Comparison): readonly Claim[] =>
  flows.flatMap(({ kind, from, to }) => from.flatMap((one) => to.map((other) => ({ kind, from: one, to: other }))));

const nameOf = ({ before, after }: PartyReport): string => before ?? after ?? "";

type Renamings = ReadonlyMap<string, string>;

const renamings = ({ changes }: Comparison): Renamings =>
  new Map(
    changes.flatMap(({ thing, formerly }) =>
      thing.kind === "container" && formerly !== null ? [[thing.name, formerly.name]] : [],
    ),
  );

interface Attempt {
  readonly key: string;
  readonly truth: Truth;
}

/** Attempts by who asked and what was asked: a container's address on a network, or one of the host's, whatever it is. */
function attempts(truths: readonly Truth[], renamed: Renamings): ReadonlyMap<string, Attempt> {
  const name = (text: string) => renamed.get(text) ?? text;
  return new Map(
    truths.map((truth) => {
      const about = truth.about ?? "";
      const [container, network] = about.replace(/ closed$/, "").split("@");
      const port = truth.to.slice(truth.to.lastIndexOf(":") + 1);
      const isV6 = truth.to.startsWith("[");
      const what = network === undefined ? truth.to : `${name(container ?? "")}@${network} ${isV6 ? 6 : 4} ${port}`;
      const key = `${name(truth.from)} ${what}`;
      return [key, { key, truth }] as const;
    }),
  );
}

function realChanges(before: readonly Truth[], after: readonly Truth[], renamed: Renamings): readonly RealChange[] {
  const [left, right] = [attempts(before, new Map()), attempts(after, renamed)];
  return [...new Set([...left.keys(), ...right.keys()])].flatMap((key): RealChange[] => {
    const [one, other] = [left.get(key)?.truth ?? null, right.get(key)?.truth ?? null];
    const [was, is] = [isOpen(one), isOpen(other)];
    if (was === is) return [];
    return [{ kind: was ? "lost" : "gained", from: (one ?? other)?.from ?? "", before: one, after: other }];
  });
}

/** docker-proxy takes a connection also when nobody answers behind it. */
const isOpen = (truth: Truth | null): boolean => truth?.result === "open" && truth.answeredBy !== null;

/** Whether a claim speaks of a real change: the same kind, the same asker, the same address and port. */
function isOf({ kind, from, to }: Claim, change: RealChange): boolean {
  if (kind !== change.kind || !isAsker(from, change.from)) return false;
  return (["before", "after"] as const).some((side) => {
    const truth = change[side];
    return truth !== null && isAsked(to, to.address[side], truth);
  });
}

function isAsker({ kind, before, after }: PartyReport, from: string): boolean {
  if (kind !== "outside") return from === before || from === after;
  const [address = "", name] = from.split("@");
  if (name === undefined) return false;
  return [before, after].some((text) => text !== null && standsFor(text, address, name));
}

/** `eth0` is anyone who is no neighbour and whom nothing names; `192.168.50.0/24@eth0` the neighbours. */
function standsFor(party: string, address: string, name: string): boolean {
  const [who, on] = party.includes("@") ? party.split("@") : [null, party];
  if (on !== name) return false;
  const parsed = parseAddress(address);
  if (parsed === null) return false;
  const neighbours = ["192.168.50.0/24", "2001:db8:50::/64"].flatMap((text) => parsePrefix(text) ?? []);
  if (who === null || who === undefined) return !neighbours.some((prefix) => contains(prefix, parsed));
  const prefix = parsePrefix(who);
  return prefix !== null && contains(prefix, parsed);
}

function isAsked(to: DestinationReport, address: string | null, truth: Truth): boolean {
  const match = /^\[?([^\]]+?)\]?:(\d+)\/(\w+)$/.exec(truth.to);
  const [, asked = "", port, protocol] = match ?? [];
  const isV6 = (address ?? to.address.before ?? to.address.after ?? "").includes(":");
  if (protocol !== to.protocol || asked.includes(":") !== isV6) return false;
  if ((truth.about === "outside") !== (to.kind === "outside")) return false;
  if (to.kind === "outside") {
    // Servers outside are asked at 80 there and at 443 here: no rule of these hosts tells the two apart.
    const same = protocol === "udp" ? to.port === Number(port) : to.port === 443 || to.port === Number(port);
    return (
      same &&
      [to.name.before, to.name.after].some(
        (name) => name !== null && standsFor(name.replace(/^outside /, ""), asked, "eth0"),
      )
    );
  }
  return to.port === Number(port) && address === asked;
}

/** Tried on both sides (or gone on one), and no real change: then the claim is invented. */
function isRefuted(
  claim: Claim,
  before: readonly Truth[],
  after: readonly Truth[],
  real: readonly RealChange[],
): boolean {
  if (claim.kind !== "lost" && claim.kind !== "gained") return false;
  if (real.some((change) => isOf(claim, change))) return false;
  const tried = (truths: readonly Truth[], side: "before" | "after") =>
    truths.filter((truth) => isAsker(claim.from, truth.from) && isAsked(claim.to, claim.to.address[side], truth));
  const [left, right] = [tried(before, "before"), tried(after, "after")];
  const exists = (side: "before" | "after") => claim.from[side] !== null && claim.to.address[side] !== null;
  return (
    (left.length > 0 || !exists("before")) && (right.length > 0 || !exists("after")) && left.length + right.length > 0
  );
}
