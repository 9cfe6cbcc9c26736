import { describe, expect, it } from "vitest";
import type { Files } from "../support/host-of.ts";
import { container, idOf, ipA, link, longId, network } from "../support/raw-captures.ts";
import { changesOf } from "../support/say-changes.ts";

const front = "aaaaaaaaaaaa";
const inside = ipA(link("2: eth0@if9", { inet: ["172.18.0.2/16"], netnsid: 0 }));
const guestOf = (owner: string) => ({ mode: `container:${longId(idOf(owner))}` });
const base: Files = {
  "docker_inspect.json": [
    container("web", { front: [front, "172.18.0.2"] }),
    container("helper", {}, guestOf("web")),
    container("metrics", {}, guestOf("web")),
  ],
  "docker_network_inspect.json": [network("front", front, "172.18.0.0/16", { web: ["172.18.0.2/16"] })],
};
const under = (name: string, ...kinds: readonly string[]): Files =>
  Object.fromEntries(
    [["ip_a.txt", inside], ...kinds.map((kind) => [kind, ""])].map(([kind, text]) => [`netns/${name}/${kind}`, text]),
  );

describe("the inside of a namespace that containers share", () => {
  it("is the same for all, under whose name it was captured", () => {
    expect(changesOf({ ...base, ...under("web") }, { ...base, ...under("web") })).toEqual([]);
    expect(changesOf({ ...base, ...under("web") }, { ...base, ...under("helper") })).toEqual([]);
  });

  it("is compared across the names", () => {
    const other = inside.replace("172.18.0.2/16", "172.18.0.9/16");
    expect(changesOf({ ...base, ...under("web") }, { ...base, "netns/helper/ip_a.txt": other }).join("\n")).toContain(
      "172.18.0.9",
    );
  });

  it("is missed once", () => {
    expect(changesOf({ ...base, ...under("web") }, base)).toEqual([
      "? the inside of web: known | nothing was captured inside it",
    ]);
    const routes = ["? ip route show table all inside helper or web: it was not captured | known"];
    expect(changesOf({ ...base, ...under("web") }, { ...base, ...under("helper", "ip_route.txt") })).toEqual(routes);
  });
});
