import type { Examples } from "../examples/example.ts";

const table = (count: string, max: string) => ({
  sysctl: `net.ipv4.ip_forward = 1\nnet.netfilter.nf_conntrack_count = ${count}\nnet.netfilter.nf_conntrack_max = ${max}\n`,
});

export const examples: Examples = {
  bad: [
    { name: "full", captures: table("262100", "262144") },
    { name: "85 percent", captures: table("55706", "65536") },
  ],
  good: [
    { name: "room enough", captures: table("1204", "262144") },
    {
      name: "no count: the module of that kernel keeps it for another namespace",
      captures: { sysctl: "net.netfilter.nf_conntrack_max = 262144\n" },
    },
    { name: "no limit at all", captures: table("1204", "0") },
  ],
};
