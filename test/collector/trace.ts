import { join } from "node:path";

/** The options of strace under which `misdeeds` understands its output. */
export const straceOptions = [
  "-f",
  "-y",
  "-e",
  "signal=none",
  "-e",
  `trace=%file,%network,ioctl,init_module,finit_module`,
];

/** Netlink requests that only read, by protocol. strace knows names of the requests only in its own network namespace. */
const reading: Readonly<Record<string, (type: string) => boolean>> = {
  // Every family of requests counts NEW, DEL, GET, SET; 0x10 is the first.
  NETLINK_ROUTE: (type) => /^RTM_GET/.test(type) || (Number(type) - 0x10) % 4 === 2,
  NETLINK_SOCK_DIAG: (type) => type === "SOCK_DIAG_BY_FAMILY" || Number(type) === 20,
  NETLINK_NETFILTER: (type) =>
    /^NFNL_SUBSYS_NFTABLES<<8\|NFT_MSG_GET/.test(type) ||
    /^NFNL_SUBSYS_IPSET<<8\|IPSET_CMD_(PROTOCOL|LIST|SAVE|HEADER|TYPE|GET_BYNAME)/.test(type) ||
    /^NFNL_SUBSYS_NFT_COMPAT<<8/.test(type) ||
    // nf_tables: tables, chains, rules, sets, elements, generation, objects, flow tables; compat; ipset as above
    [0xa01, 0xa04, 0xa07, 0xa0a, 0xa0d, 0xa10, 0xa13, 0xa17, 0xb00, 0x601, 0x607, 0x608, 0x60c, 0x60d].includes(
      Number(type),
    ),
};

const changing =
  /^(?:creat|mkdir|mkdirat|mknod|mknodat|rename|renameat|renameat2|link|linkat|symlink|symlinkat|unlink|unlinkat|rmdir|truncate|chmod|fchmodat|chown|lchown|fchownat|utimensat|utimes|utime|setxattr|lsetxattr|removexattr|mount|umount2|pivot_root|swapon|swapoff|acct|quotactl)\(/;

/** What zip does with relative names, in the collector's temporary folder. */
const zipsOwn = /^(chmod|rename|unlink)\("(zip\.zip|zi\w{6})"/;

/** The calls of a trace, whole: strace splits one in two lines when another process does something before it returns. */
function wholeCalls(trace: string): string[] {
  const begun = new Map<string, string>();
  const whole: string[] = [];
  for (const line of trace.split("\n")) {
    const pid = line.match(/^\d+/)?.[0] ?? "";
    const first = line.match(/^(.*?) ?<unfinished \.\.\.>$/)?.[1];
    const rest = line.match(/^\d+ +<\.\.\. \w+ resumed>(.*)$/)?.[1];
    if (first !== undefined) begun.set(pid, first);
    else if (rest === undefined) whole.push(line);
    else {
      whole.push((begun.get(pid) ?? line) + rest);
      begun.delete(pid);
    }
  }
  return [...whole, ...begun.values()]; // the last ones never returned
}

/**
 * The lines of a trace in which something was written outside `allowed` folders, changed in the kernel by netlink, a socket
 * option or an ioctl, or a module was loaded.
 */
export function misdeeds(trace: string, allowed: readonly string[]): string[] {
  const protocols = new Map<string, string>();
  const found: string[] = [];
  const within = (path: string) =>
    ["/dev/null", "/dev/tty"].includes(path) || allowed.some((dir) => path === dir || path.startsWith(`${dir}/`));
  for (const line of wholeCalls(trace)) {
    const [, pid = "", call = ""] = line.match(/^(\d+) +(.*)$/) ?? [];
    const socket = call.match(/^socket\(AF_NETLINK, [^,]+, (\w+)\) += (\d+)/);
    if (socket !== null) protocols.set(`${pid}:${socket[2]}`, socket[1] ?? "");
    if (/ = -1 /.test(call)) continue;
    if (/^(init_module|finit_module)\(/.test(call) || /^execve\("[^"]*\/(modprobe|insmod|kmod)"/.test(call))
      found.push(line);
    if (/^setsockopt\(.*(IPT_SO_SET|IP6T_SO_SET|EBT_SO_SET|ARPT_SO_SET)/.test(call)) found.push(line);
    if (/^ioctl\(.*\b(SIOCS|SIOCADD|SIOCDEL|SIOCBR|SIOCETHTOOL)/.test(call)) found.push(line);
    if (/^send(to|msg|mmsg)\(/.test(call)) {
      const protocol = protocols.get(`${pid}:${call.match(/^\w+\((\d+)/)?.[1]}`) ?? "unknown";
      const requests = call.replaceAll("{nlmsg_len=0, nlmsg_type=0", ""); // ip sends some zeros after its own
      for (const [, type = ""] of requests.matchAll(/nlmsg_type=([^ ,}]+)/g)) {
        if (!(reading[protocol]?.(type) ?? false)) found.push(`${line} [${protocol}]`);
      }
    }
    if (/^open(at|at2)?\(/.test(call) && /O_(WRONLY|RDWR|CREAT|TRUNC|APPEND)/.test(call)) {
      const opened = call.match(/= \d+<([^>]*)>$/)?.[1];
      if (opened === undefined ? / = \d+$/.test(call) : !within(opened)) found.push(line);
    }
    if (changing.test(call) && !zipsOwn.test(call)) {
      // A descriptor's or the current folder, as "4</folder>" or "AT_FDCWD</folder>", and the name in it.
      const names = [...call.matchAll(/(?:(?:AT_FDCWD|\d+)<([^>]*)>, )?"([^"]*)"/g)];
      for (const [, dir = "?", name = ""] of names) {
        if (!within(name.startsWith("/") ? name : join(dir, name))) found.push(line);
      }
    }
  }
  return found;
}
