import { matchesGlob } from "../../lib/glob.ts";
import { nearest } from "../../lib/nearest.ts";
import type { Container, Host, Network } from "../../model/host.ts";
import { namespaceNameOf } from "../../model/namespace-id.ts";
import { policyError, type SetItem, type Term } from "../policy.ts";
import { type Scene, some } from "./scene.ts";

type Group = Extract<SetItem, { readonly kind: "group" }>;

/** The containers of a compose project, service or network. Throws a PolicyError for a name that is not there, and for none left. */
export function containersOfGroup(scene: Scene, set: string, group: Group): readonly Container[] {
  const { host, policy } = scene;
  const { project, service, network, except, line } = group;
  const wrong = (at: number, message: string) => policyError(policy.file, at, message);
  let found: readonly Container[] = host.containers;
  if (project !== null) {
    const names = host.containers.flatMap(({ composeProject }) => composeProject ?? []);
    found = found.filter(({ composeProject }) => fits(project, composeProject));
    if (found.length === 0) throw wrong(project.line, unknownName("compose project", project.text, names));
  }
  if (service !== null) {
    const names = found.flatMap(({ composeService }) => composeService ?? []);
    found = found.filter(({ composeService }) => fits(service, composeService));
    if (found.length === 0) throw wrong(service.line, unknownName("compose service", service.text, names));
  }
  if (network !== null) {
    const networks = host.networks.filter(({ name }) => fits(network, name));
    const names = host.networks.map(({ name }) => name);
    if (networks.length === 0) throw wrong(network.line, unknownName("network", network.text, names));
    found = found.filter((one) => isOn(host, one, networks));
    if (found.length === 0)
      throw wrong(network.line, `the set ${set} is empty: none of its containers is on the network ${network.text}`);
  }
  for (const term of except) {
    if (found.some(({ name }) => fits(term, name))) continue;
    throw wrong(
      term.line,
      unknownName(
        `container of the set ${set}`,
        term.text,
        found.map(({ name }) => name),
      ),
    );
  }
  const left = found.filter(({ name }) => !except.some((term) => fits(term, name)));
  if (left.length === 0) throw wrong(line, `the set ${set} is empty: except: leaves nobody in it`);
  return left;
}

const fits = ({ text }: Term, name: string | null): boolean => name !== null && matchesGlob(text, name);

/** Who joined another's namespace is on its networks. */
function isOn(host: Host, container: Container, networks: readonly Network[]): boolean {
  const owner =
    container.networkMode === "container"
      ? host.containers.find(({ name }) => namespaceNameOf(name) === container.namespace)
      : container;
  return (owner ?? container).endpoints.some(({ networkId }) => networks.some(({ id }) => id === networkId));
}

function unknownName(what: string, text: string, names: readonly string[]): string {
  const meant = nearest(text, names);
  return `no ${what} here is called ${text}; ${meant === null ? `there are ${some(names)}` : `did you mean ${meant}?`}`;
}
