const text = (members: readonly object[]): string =>
  `{"nftables": [\n${members.map((one) => JSON.stringify(one)).join(",\n")}\n]}\n`;

type Statement = Readonly<Record<string, unknown>>;

/** A rule set as `nft -j list ruleset` prints it, a member a line. */
export const nftText = (...members: readonly (readonly object[])[]): string => text(members.flat());

/** The same with flags of its tables, as nft 1.0.6 would print it. */
export const flagged = (flags: string | readonly string[], members: readonly object[]): string =>
  nftText(
    [{ metainfo: { version: "1.0.6", json_schema_version: 1 } }],
    members.map((one) => ("table" in one ? { table: { ...(one.table as object), flags } } : one)),
  );

/** A table with one forward chain and its rules. */
export function nftForward(
  table: string,
  policy: string,
  ...rules: readonly (readonly Statement[])[]
): readonly object[] {
  return [
    { table: { family: "inet", name: table, handle: 1 } },
    { chain: { family: "inet", table, name: "forward", handle: 1, type: "filter", hook: "forward", prio: 0, policy } },
    ...rules.map((expr, at) => nftRule(table, "forward", at + 2, ...expr)),
  ];
}

export const nftRule = (table: string, chain: string, handle: number, ...expr: readonly Statement[]): object => ({
  rule: { family: "inet", table, chain, handle, expr },
});

export const iifname = (name: string): Statement => ({
  match: { op: "==", left: { meta: { key: "iifname" } }, right: name },
});
export const oifname = (name: string): Statement => ({
  match: { op: "==", left: { meta: { key: "oifname" } }, right: name },
});
export const answers: Statement = {
  match: { op: "in", left: { ct: { key: "state" } }, right: ["established", "related"] },
};
export const translated: Statement = { match: { op: "in", left: { ct: { key: "status" } }, right: "dnat" } };
export const accept: Statement = { accept: null };
const rejected: Statement = { reject: { type: "icmpx", expr: "admin-prohibited" } };

/** firewalld's forward chains, with its bridges in these zones; `strict` as StrictForwardPorts=yes writes them. */
export function firewalldTable(zones: Readonly<Record<string, string>>, strict = false): readonly object[] {
  const chain = (name: string, handle: number) => ({ chain: { family: "inet", table: "firewalld", name, handle } });
  const rule = (name: string, handle: number, ...expr: readonly Statement[]) =>
    nftRule("firewalld", name, handle, ...expr);
  const zone = (name: string) => ({ goto: { target: `filter_FWD_${name}` } });
  return [
    { table: { family: "inet", name: "firewalld", handle: 9 } },
    {
      chain: {
        family: "inet",
        table: "firewalld",
        name: "filter_FORWARD",
        handle: 10,
        type: "filter",
        hook: "forward",
        prio: 10,
        policy: "accept",
      },
    },
    chain("filter_FORWARD_ZONES", 11),
    ...(strict ? [chain("filter_FORWARD_dnat", 12)] : []),
    ...["docker", "public", "trusted"].flatMap((name, at) => [chain(`filter_FWD_${name}`, 20 + 2 * at)]),
    rule("filter_FORWARD", 30, answers, accept),
    rule("filter_FORWARD", 31, translated, strict ? { jump: { target: "filter_FORWARD_dnat" } } : accept),
    rule("filter_FORWARD", 32, iifname("lo"), accept),
    rule("filter_FORWARD", 33, { jump: { target: "filter_FORWARD_ZONES" } }),
    rule("filter_FORWARD", 34, rejected),
    ...(strict ? [rule("filter_FORWARD_dnat", 35, rejected)] : []),
    ...Object.entries(zones).map(([name, of], at) => rule("filter_FORWARD_ZONES", 40 + at, iifname(name), zone(of))),
    rule("filter_FORWARD_ZONES", 60, zone("public")),
    rule("filter_FWD_docker", 61, accept),
    rule("filter_FWD_trusted", 62, accept),
    rule("filter_FWD_public", 63, { match: { op: "==", left: { meta: { key: "l4proto" } }, right: "icmp" } }, accept),
  ];
}
