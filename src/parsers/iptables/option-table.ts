/**
 * How many words follow an option. Needed because a value may look like an option: `iptables-save` prints a comment `-j`
 * without quotes, and an interface can be called `-x`. Options that are not listed take all words up to the next option.
 */
const options: Readonly<Record<0 | 1 | 2, string>> = {
  0: `-f --fragment --syn --random --random-fully --persistent --return-nomatch --physdev-is-in --physdev-is-out
    --physdev-is-bridged --clamp-mss-to-pmtu --save-mark --restore-mark --log-tcp-sequence --log-tcp-options
    --log-ip-options --log-uid --log-macdecode --notrack --rcheck --rsource --rdest --transparent --nowildcard
    --validmark --loose --accept-local --invert --exist`,
  1: `-p --protocol --proto -s --source --src -d --destination --dst -i --in-interface -o --out-interface
    -j --jump -g --goto -m --match -t --table --dport --destination-port --sport --source-port --dports --destination-ports
    --sports --source-ports --ports --src-range --dst-range --src-type --dst-type --ctstate --state --ctproto --ctstatus
    --ctorigsrc --ctorigdst --ctreplsrc --ctrepldst --ctorigsrcport --ctorigdstport --ctreplsrcport --ctrepldstport --ctdir
    --ctexpire --icmp-type --icmpv6-type --tcp-option --mss --mac-source --limit --limit-burst --connlimit-above
    --connlimit-upto --connlimit-mask --uid-owner --gid-owner --physdev-in --physdev-out --pkt-type --hl-eq --hl-lt --hl-gt
    --ttl-eq --ttl-lt --ttl-gt --rt-type --mark --set-mark --set-xmark --and-mark --or-mark --xor-mark --nfmask --ctmask
    --to-destination --to-source --to-ports --to --reject-with --set-mss --log-level --log-prefix --nflog-group
    --nflog-prefix --nflog-size --nflog-threshold --ulog-prefix --queue-num --queue-balance --comment --string --hex-string
    --algo --from --u32 --bytecode --helper --path --cgroup --name --seconds --hitcount --mode --probability --every
    --packet --dscp --dscp-class --set-dscp --set-dscp-class --set-class --zone --zone-orig --zone-reply --ctevents
    --timestart --timestop --datestart --datestop --weekdays --monthdays --quota --length --realm --nfacct-name`,
  2: "-c --set-counters --tcp-flags --match-set --add-set --del-set --map-set",
};

/** A listed option. Its name is the one string that all rules share: a rule set repeats it thousands of times. */
export interface KnownOption {
  readonly name: string;
  readonly count: number;
}

const known = new Map<string, KnownOption>(
  Object.entries(options).flatMap(([count, names]) =>
    names.split(/\s+/).map((name) => [name, { name, count: Number(count) }] as const),
  ),
);

/** What is known of an option, or null when only the text can tell how many values it has. */
export function knownOption(name: string): KnownOption | null {
  return known.get(name) ?? null;
}

/** Options printed by `xtables_save_string`: quoted unless the value is made of letters, digits, `_` and `-`. */
export const savedStrings: ReadonlySet<string> = new Set([
  "--comment",
  "--log-prefix",
  "--nflog-prefix",
  "--ulog-prefix",
  "--helper",
  "--path",
]);

/** Options whose extension always prints quotes (libxt_string.c, libxt_u32.c, libxt_bpf.c); `'` is not escaped there. */
export const alwaysQuoted: ReadonlySet<string> = new Set(["--string", "--hex-string", "--u32", "--bytecode"]);
