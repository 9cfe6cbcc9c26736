import type { Network } from "../../model/host.ts";
import type { Fix } from "../check.ts";
import { sh } from "../shell-word.ts";

/** A network keeps its subnet as long as it lives: it has to be created anew with another one. */
export function moveNetwork({ name, composeProject }: Network): Fix {
  const pools =
    '"default-address-pools": [{ "base": "10.201.0.0/16", "size": 24 }] in daemon.json keeps new networks away from such subnets';
  if (name === "bridge")
    return {
      text: `Give docker0 another subnet ("bip": "10.200.0.1/24" in /etc/docker/daemon.json), then restart Docker; ${pools}.`,
      commands: ["sudo systemctl restart docker"],
      cutsTraffic: true,
    };
  return {
    text: `Create the network anew with a subnet that is free here (10.200.1.0/24 stands for one)${composeProject === null ? "" : ": set it under ipam.config of the network in the compose file, then `docker compose down` and `up`"}; ${pools}.`,
    commands: [sh`docker network rm ${name}`, sh`docker network create --subnet 10.200.1.0/24 ${name}`],
    cutsTraffic: true,
  };
}
