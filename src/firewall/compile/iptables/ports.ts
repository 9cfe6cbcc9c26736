import type { PortRange } from "../../packet.ts";
import { readNumber, readRange } from "../numbers.ts";

/** `iptables-save` prints numbers; people who write rule files by hand use these names of /etc/services. */
const services = new Map<string, number>(
  Object.entries({
    "ftp-data": 20,
    ftp: 21,
    ssh: 22,
    telnet: 23,
    smtp: 25,
    mail: 25,
    time: 37,
    domain: 53,
    bootps: 67,
    bootpc: 68,
    tftp: 69,
    http: 80,
    www: 80,
    kerberos: 88,
    pop3: 110,
    sunrpc: 111,
    portmapper: 111,
    auth: 113,
    nntp: 119,
    ntp: 123,
    "netbios-ns": 137,
    "netbios-dgm": 138,
    "netbios-ssn": 139,
    imap: 143,
    imap2: 143,
    snmp: 161,
    "snmp-trap": 162,
    bgp: 179,
    ldap: 389,
    https: 443,
    "microsoft-ds": 445,
    submission: 587,
    syslog: 514,
    ldaps: 636,
    imaps: 993,
    pop3s: 995,
    openvpn: 1194,
    mysql: 3306,
    postgresql: 5432,
    mdns: 5353,
  }),
);

const readPort = (text: string, max: number): number | null => readNumber(text, max) ?? services.get(text) ?? null;

/** `80`, `1024:`, `80:90`, `http`; null when it is none. */
export function readPortRange(text: string): PortRange | null {
  return readRange(text, ":", 65535, readPort);
}

/** `22,80:90,443`, as sorted ranges that neither overlap nor touch; null when one of them is none. */
export function readPortList(text: string): readonly PortRange[] | null {
  const ranges: PortRange[] = [];
  for (const part of text.split(",")) {
    const range = readPortRange(part);
    if (range === null) return null;
    ranges.push(range);
  }
  return mergeRanges(ranges);
}

function mergeRanges(ranges: readonly PortRange[]): readonly PortRange[] {
  const merged: PortRange[] = [];
  for (const range of ranges.toSorted((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last === undefined || range.from > last.to + 1) merged.push(range);
    else merged[merged.length - 1] = { from: last.from, to: Math.max(last.to, range.to) };
  }
  return merged;
}
