import type { Transport } from "../lib/protocol.ts";
import type { Port } from "../model/queries/services.ts";

/** What must and must not hold on a host, as its author wrote it: names are not yet looked up in any snapshot. */
export interface Policy {
  /** As messages call it: `policy.yml`. */
  readonly file: string;
  /** By name, without the `@`. */
  readonly sets: ReadonlyMap<string, SetDefinition>;
  readonly rules: readonly AssertedRule[];
}

/** A named set of containers: all that any of its items names. */
export interface SetDefinition {
  readonly name: string;
  readonly line: number;
  readonly items: readonly SetItem[];
}

export type SetItem =
  /** A container's name or a pattern of names, or `@other`, a set that stands above. */
  | { readonly kind: "term"; readonly term: Term }
  /** The containers of a compose project (and service), and on a network; what is null does not matter. */
  | {
      readonly kind: "group";
      readonly project: Term | null;
      readonly service: Term | null;
      readonly network: Term | null;
      /** Names and patterns that are left out. */
      readonly except: readonly Term[];
      readonly line: number;
    };

/** A word of the policy and its line. */
export interface Term {
  readonly text: string;
  readonly line: number;
}

/** A port, or all known ones of the target (of one protocol). */
export type PortChoice = Port | { readonly protocol: Transport | null; readonly port: "any" };

interface RuleBase {
  readonly line: number;
  /** `deny: outside -> db:*` */
  readonly text: string;
  /** Shown instead of the text; null where none is given. */
  readonly name: string | null;
  /** What cannot be known passes, and is said. */
  readonly unknownAllowed: boolean;
}

/** What a `deny` or `isolated` lets pass. */
export interface Exceptions {
  /** A port that nobody listens at does not count as reached. */
  readonly refusedAllowed: boolean;
  /** A way by a port of the host that is published does not count. */
  readonly publishedAllowed: boolean;
}

export type AssertedRule =
  | (RuleBase & {
      readonly kind: "allow" | "deny";
      readonly from: readonly Term[];
      readonly to: Term;
      readonly ports: readonly PortChoice[];
    } & Exceptions)
  | (RuleBase & { readonly kind: "isolated"; readonly sets: readonly Term[] } & Exceptions)
  | (RuleBase & {
      readonly kind: "no-findings";
      readonly severity: "error" | "warning";
      readonly except: readonly Term[];
    });

/** Something is wrong with the policy itself. `message` is one line that says where, what, and what fits. */
export class PolicyError extends Error {
  override readonly name = "PolicyError";
}

/** `policy.yml:5: no container is called wbe` */
export const policyError = (file: string, line: number, message: string): PolicyError =>
  new PolicyError(`${file}:${line}: ${message}`);
