import { appnetHost } from "../examples/appnet-host.ts";
import type { Examples } from "../examples/example.ts";
import { firewalldTable, nftText } from "../examples/nft-tables.ts";

const zones = { docker0: "docker", "br-28feb3a9f564": "docker" };
const engine = (version: string): string =>
  `{"Client":{"Version":"${version}","ApiVersion":"1.43"},"Server":{"Version":"${version}","ApiVersion":"1.43","MinAPIVersion":"1.12","Os":"linux","Arch":"amd64"}}\n`;

export const examples: Examples = {
  bad: [
    {
      name: "StrictForwardPorts=yes",
      captures: appnetHost({ "nft-ruleset": nftText(firewalldTable(zones, true)) }),
    },
    {
      name: "26.1 beside firewalld: a reload loses the isolation between networks",
      captures: appnetHost({ "nft-ruleset": nftText(firewalldTable(zones)), "docker-version": engine("26.1.5") }),
      alsoFinds: ["mixed-era-docker-rules"],
    },
    {
      name: "28.3.0 beside firewalld",
      captures: appnetHost({ "nft-ruleset": nftText(firewalldTable(zones)), "docker-version": engine("28.3.0") }),
      alsoFinds: ["mixed-era-docker-rules"],
    },
  ],
  good: [
    {
      name: "29 beside firewalld, forwarding every translated connection",
      captures: appnetHost({ "nft-ruleset": nftText(firewalldTable(zones)), "docker-version": engine("29.0.0") }),
    },
    {
      name: "25.0.13 has the repair",
      captures: appnetHost({ "nft-ruleset": nftText(firewalldTable(zones)), "docker-version": engine("25.0.13") }),
      alsoFinds: ["mixed-era-docker-rules"],
    },
    {
      name: "an old engine without firewalld",
      captures: appnetHost({ "docker-version": engine("26.1.5") }),
      alsoFinds: ["mixed-era-docker-rules"],
    },
  ],
};
