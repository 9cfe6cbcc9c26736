import { appnetRules26, appnetRules29 } from "./appnet.ts";

/** The host of `appnet.ts` on 29 with a database at its published port: 5432 of the host goes to 5432 of web. */
export const databaseRules29 = asDatabase(appnetRules29);

/** The same, published as `-p 127.0.0.1:5432:5432`, as 29 writes it. */
export const localRules29 = asLocal(databaseRules29).replace(
  "-A PREROUTING -d 172.18.0.2/32",
  "-A PREROUTING -d 127.0.0.1/32 ! -i lo -p tcp -m tcp --dport 5432 -j DROP\n-A PREROUTING -d 172.18.0.2/32",
);

/** The same on 26, which writes nothing into the raw table. */
export const localRules26 = asLocal(asDatabase(appnetRules26));

function asDatabase(rules: string): string {
  return rules
    .replaceAll("--dport 80 ", "--dport 5432 ")
    .replaceAll("--dport 8080 ", "--dport 5432 ")
    .replaceAll("172.18.0.2:80", "172.18.0.2:5432");
}

function asLocal(rules: string): string {
  return rules.replace(
    "-A DOCKER ! -i br-28feb3a9f564 -p tcp -m tcp --dport 5432 -j DNAT",
    "-A DOCKER -d 127.0.0.1/32 ! -i br-28feb3a9f564 -p tcp -m tcp --dport 5432 -j DNAT",
  );
}
