import type { Examples } from "../examples/example.ts";

const brctl = (name: string, ports: number): string =>
  `bridge name\tbridge id\t\tSTP enabled\tinterfaces\n${name}\t\t8000.02421bd7295b\tno\t\t${Array.from({ length: ports }, (_, i) => `veth${(0x1000000 + i * 7).toString(16)}`).join("\n\t\t\t\t\t\t\t")}\n`;

export const examples: Examples = {
  bad: [
    { name: "900 ports", captures: { "brctl-show": brctl("docker0", 900) } },
    { name: "1001 ports", captures: { "brctl-show": brctl("br-28feb3a9f564", 1001) } },
  ],
  good: [
    { name: "three ports", captures: { "brctl-show": brctl("docker0", 3) } },
    { name: "899 ports", captures: { "brctl-show": brctl("docker0", 899) } },
  ],
};
