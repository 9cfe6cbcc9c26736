/** The two networks that every engine has and nobody can remove. */
export const hostAndNone = `    {
        "Name": "host",
        "Id": "aa9f412d2068397b6d9f6548041817ce991c2945d08f1cff884544cd7125009e",
        "Scope": "local",
        "Driver": "host",
        "IPAM": { "Driver": "default", "Config": null },
        "Containers": {}
    },
    {
        "Name": "none",
        "Id": "6b0488ceccc8f2f13c8ac1c0f1f7ee2a4ac7e8e0a6f3fe1a1a3e9a7b3e07ac5e",
        "Scope": "local",
        "Driver": "null",
        "IPAM": { "Driver": "default", "Config": null },
        "Containers": {}
    }`;

/** What `docker network inspect` prints of these networks. */
export const listed = (...networks: readonly string[]): string => `[\n${networks.join(",\n")}\n]\n`;

/** A listing with further networks at its end. */
export const alsoListed = (text: string, ...networks: readonly string[]): string =>
  `${text.trimEnd().slice(0, -1).trimEnd()},\n${networks.join(",\n")}\n]\n`;

/** A network, by the parts of it that matter; `more` holds further members or is empty. */
export const network = (name: string, id: string, driver: string, subnet: string, gateway: string, more = ""): string =>
  `    {
        "Name": "${name}",
        "Id": "${id.padEnd(64, "0")}",
        "Scope": "${driver === "overlay" ? "swarm" : "local"}",
        "Driver": "${driver}",
        "IPAM": { "Driver": "default", "Config": [ { "Subnet": "${subnet}", "Gateway": "${gateway}" } ] }${more === "" ? "" : `,\n        ${more}`}
    }`;

/** A member of a network's `Containers`. */
export const endpoint = (id: string, name: string, mac: string, address: string): string =>
  `"${/^[0-9a-f]+$/.test(id) ? id.padEnd(64, "0") : id}": { "Name": "${name}", "EndpointID": "${name.length}9af1", "MacAddress": "${mac}", "IPv4Address": "${address}" }`;
