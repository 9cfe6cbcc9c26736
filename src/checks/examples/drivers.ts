import { appnetRoutes, appnetRules29 } from "./appnet.ts";

/** A container on a bridge network, which its port is published by, and on a macvlan network of the LAN. */
const networks = `[
    {
        "Name": "appnet",
        "Id": "28feb3a9f564a7fee45f7dfde55701fda3a7425bf1333af3cad8ad7a128154c3",
        "Scope": "local",
        "Driver": "bridge",
        "EnableIPv4": true,
        "EnableIPv6": false,
        "IPAM": { "Driver": "default", "Config": [ { "Subnet": "172.18.0.0/16", "Gateway": "172.18.0.1" } ] },
        "Internal": false,
        "Containers": {
            "3ea6c37e3109df81ef36c9ca9dddee33727771ffef5e15fe05e5aaa200f67b85": { "Name": "web", "EndpointID": "87fa501de0d169b43d46d86f786de9f4d282d3ec3cd634404930ec1240d23f8d", "MacAddress": "06:55:74:07:97:a2", "IPv4Address": "172.18.0.2/16" }
        },
        "Options": {}
    },
    {
        "Name": "lan",
        "Id": "5c4b2a1908f700000000000000000000000000000000000000000000000000aa",
        "Scope": "local",
        "Driver": "macvlan",
        "EnableIPv4": true,
        "EnableIPv6": false,
        "IPAM": { "Driver": "default", "Config": [ { "Subnet": "192.168.50.0/24", "IPRange": "192.168.50.64/27", "Gateway": "192.168.50.1" } ] },
        "Internal": false,
        "Containers": {
            "3ea6c37e3109df81ef36c9ca9dddee33727771ffef5e15fe05e5aaa200f67b85": { "Name": "web", "EndpointID": "97fa501de0d169b43d46d86f786de9f4d282d3ec3cd634404930ec1240d23f8d", "MacAddress": "06:55:74:07:97:b3", "IPv4Address": "192.168.50.70/24" }
        },
        "Options": { "parent": "eth0" }
    }
]
`;

const addresses = `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
    inet 127.0.0.1/8 scope host lo
3: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default qlen 1000
    link/ether 66:a6:e2:43:89:7f brd ff:ff:ff:ff:ff:ff
    inet 192.168.50.10/24 brd 192.168.50.255 scope global eth0
4: br-28feb3a9f564: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default qlen 0
    link/ether 7a:39:bd:ec:8d:cb brd ff:ff:ff:ff:ff:ff
    inet 172.18.0.1/16 brd 172.18.255.255 scope global br-28feb3a9f564
5: vethc1e6c5b@if2: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue master br-28feb3a9f564 state UP group default qlen 0
    link/ether ae:cd:be:b6:f2:7f brd ff:ff:ff:ff:ff:ff link-netnsid 1
`;

const withoutDocker0 = (text: string): string =>
  text
    .split("\n")
    .filter((line) => !line.includes("docker0") && !line.includes("172.18.0.3"))
    .join("\n");

export const twoHomed = {
  "docker-network-inspect": networks,
  "ip-addr": addresses,
  "ip-route": withoutDocker0(appnetRoutes),
  "iptables-save": withoutDocker0(appnetRules29),
} as const;

export const twoHomedInside = {
  "ip-addr": `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
    inet 127.0.0.1/8 scope host lo
2: eth0@if5: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default
    link/ether 06:55:74:07:97:a2 brd ff:ff:ff:ff:ff:ff link-netnsid 0
    inet 172.18.0.2/16 brd 172.18.255.255 scope global eth0
6: eth1@if3: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default
    link/ether 06:55:74:07:97:b3 brd ff:ff:ff:ff:ff:ff link-netnsid 0
    inet 192.168.50.70/24 brd 192.168.50.255 scope global eth1
`,
} as const;

export const macvlanRoutes = `default via 192.168.50.1 dev eth1
172.18.0.0/16 dev eth0 proto kernel scope link src 172.18.0.2
192.168.50.0/24 dev eth1 proto kernel scope link src 192.168.50.70
`;
