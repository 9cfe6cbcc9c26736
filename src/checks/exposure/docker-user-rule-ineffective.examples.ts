import { appnetRules26 } from "../examples/appnet.ts";
import { appnetHost, withUserRules } from "../examples/appnet-host.ts";
import { appnetNft } from "../examples/appnet-nft.ts";
import { replaced } from "../examples/edit.ts";
import type { Examples } from "../examples/example.ts";

const userRulesBesideNft = `*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:DOCKER-USER - [0:0]
-A FORWARD -j DOCKER-USER
-A DOCKER-USER -i eth0 -d 172.18.0.3/32 -p tcp -m tcp --dport 9000 -j ACCEPT
COMMIT
`;

export const examples: Examples = {
  bad: [
    {
      name: "a rule appended behind the RETURN that Docker wrote until 28.2",
      captures: appnetHost({
        "iptables-save": replaced(
          appnetRules26,
          "-A DOCKER-USER -j RETURN",
          "-A DOCKER-USER -j RETURN\n-A DOCKER-USER -i eth0 -p tcp -m conntrack --ctorigdstport 8080 --ctdir ORIGINAL -j DROP",
        ),
      }),
    },
    {
      name: "the host's port, where packets have the container's already",
      captures: appnetHost({ "iptables-save": withUserRules("-i eth0 -p tcp -m tcp --dport 8080 -j DROP") }),
    },
    {
      name: "with Docker's nftables backend an ACCEPT in iptables opens nothing",
      captures: appnetHost({ "iptables-save": userRulesBesideNft, "nft-ruleset": appnetNft }),
    },
  ],
  good: [
    {
      name: "the port as the client asked for it",
      captures: appnetHost({
        "iptables-save": withUserRules("-i eth0 -p tcp -m conntrack --ctorigdstport 8080 --ctdir ORIGINAL -j DROP"),
      }),
    },
    {
      name: "the container's port",
      captures: appnetHost({
        "iptables-save": withUserRules(
          "! -s 192.168.50.0/24 -i eth0 -p tcp -m tcp --dport 80 -m conntrack --ctdir ORIGINAL -j DROP",
        ),
      }),
    },
    {
      name: "nothing but the RETURN of older engines",
      captures: appnetHost({ "iptables-save": appnetRules26 }),
    },
    {
      name: "a container's address",
      captures: appnetHost({
        "iptables-save": withUserRules("-d 172.18.0.2/32 -i eth0 -p tcp -m tcp --dport 8080 -j DROP"),
      }),
    },
  ],
};
