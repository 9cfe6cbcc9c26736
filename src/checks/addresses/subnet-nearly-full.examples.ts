import { appnet } from "../examples/appnet.ts";
import type { Examples } from "../examples/example.ts";
import { endpoint, listed, network } from "../examples/networks.ts";

const full = (containers: number, subnet = "10.7.0.0/28", more = "") =>
  listed(
    network(
      "tight",
      "7d1c0e5a2b34",
      "bridge",
      subnet,
      "10.7.0.1",
      `"Containers": { ${Array.from({ length: containers }, (_, i) => endpoint(`4d41a2c1cb${(i + 16).toString(16)}`, `w${i + 1}`, `0a:00:00:00:00:${(i + 16).toString(16)}`, `10.7.0.${i + 2}/${subnet.split("/")[1]}`)).join(", ")} }`,
    ).replace('"Gateway": "10.7.0.1"', `"Gateway": "10.7.0.1"${more}`),
  );

export const examples: Examples = {
  bad: [
    { name: "13 of 14 addresses of a /28", captures: { "docker-network-inspect": full(12) } },
    { name: "all of them", captures: { "docker-network-inspect": full(13) } },
    {
      name: "the range to give out is narrower than the subnet, and used up",
      captures: { "docker-network-inspect": full(7, "10.7.0.0/24", ', "IPRange": "10.7.0.0/29"') },
    },
  ],
  good: [
    { name: "two of 65534", captures: { "docker-network-inspect": appnet } },
    { name: "12 of 14", captures: { "docker-network-inspect": full(11) } },
    {
      name: "a /29 that was made for just these five",
      captures: { "docker-network-inspect": full(5, "10.7.0.0/29") },
    },
  ],
};
