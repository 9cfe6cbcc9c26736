import { canonicalAddress } from "../../lib/address.ts";
import type { Inside } from "../sides.ts";

/** How the values of rules are spelled for comparing. */
export interface Spelling {
  /** Ids, and interfaces named after them, as what they are. */
  readonly key: (text: string) => string;
  /** The same, and addresses as whose they are. */
  readonly role: (text: string) => string;
  readonly isInside: boolean;
}

export function spellingOf({ side, netns, face }: Inside): Spelling {
  const { labels } = side;
  const owners = new Map(
    side.host.containers.flatMap(({ name, endpoints }) =>
      endpoints.flatMap(({ networkId, ipv4, ipv6 }) =>
        [ipv4, ipv6].flatMap((end) =>
          end === null
            ? []
            : [[end.address, `<endpoint ${labels.container(name)} ${labels.network(networkId)}>`] as const],
        ),
      ),
    ),
  );
  const key = (text: string) => {
    const label = netns === null ? face(text) : text;
    return label === text ? labels.text(text) : label;
  };
  const role = (text: string) => {
    const [, bare = "", rest = ""] = withSuffix.exec(text) ?? [];
    const owner = owners.get(canonicalAddress(bare) ?? bare);
    return owner === undefined ? key(text) : owner + rest;
  };
  return { key: memo(key), role: memo(role), isInside: netns !== null };
}

/** `172.18.0.2`, `172.18.0.2/32`, `172.18.0.2:80`, `[fd00::2]:80`, `fd00::2/128`: the address, and what counts of the rest. */
const withSuffix = /^\[?([0-9a-f.]+|[0-9a-f:]+)\]?(?:\/32|\/128)?(:\d+(?:-\d+)?)?$/;

/** The values of rules repeat: a rule set of thousands has some dozens. */
function memo(spell: (text: string) => string): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const spelled = spell(text);
    known.set(text, spelled);
    return spelled;
  };
}
