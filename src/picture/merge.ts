import type { CellContent, ChangeMark, Content, DeviceContent, GroupContent } from "./content.ts";

/**
 * What a change did to what a picture shows, by the node: `container:web`, `bridge:docker0`, `interface:eth0`. A container's
 * place on one network only is `container:web@backend`, and a network is `network:backend` whatever it hangs on.
 */
export interface Marks {
  readonly before: ReadonlyMap<string, ChangeMark>;
  readonly after: ReadonlyMap<string, ChangeMark>;
}

/** The name of a network's mark, and of a container's on one network. */
export const networkKey = (network: string): string => `network:${network}`;
export const placeKey = (node: string, network: string): string => `${node}@${network}`;

/**
 * Two hosts in one picture: the later one, and in the places where it was what is marked as gone. What is only on one side
 * without a mark is not known to have come or gone, and is shown as the later snapshot has it.
 */
export function mergeContents(before: Content, after: Content, marks: Marks): Content {
  const old = markContent(before, marks.before);
  const now = markContent(after, marks.after);
  const oldGroups = new Map(old.groups.map((group) => [sameGroup(group), group]));
  const known = new Set(now.groups.map(sameGroup));
  return {
    ...now,
    uplinks: [...now.uplinks, ...old.uplinks.filter(isGone)],
    devices: [...now.devices, ...old.devices.filter(isGone)],
    groups: [
      ...now.groups.map((group) => withGone(group, oldGroups.get(sameGroup(group)))),
      ...old.groups.flatMap((group) => (known.has(sameGroup(group)) ? [] : gonePart(group))),
    ],
  };
}

/** A network is known by its name, whatever its bridge is called. */
const sameGroup = ({ id, kind, hue, title }: GroupContent): string =>
  kind === "plain" || hue === null ? id : `${kind} ${title}`;

const isGone = ({ mark }: { readonly mark?: ChangeMark }): boolean => mark === "gone";

function withGone(group: GroupContent, old: GroupContent | undefined): GroupContent {
  const gone = goneCells(old?.cells ?? []);
  return gone.length === 0 ? group : { ...group, cells: [...group.cells, ...gone] };
}

/** A group that is no longer there, or whose last members are gone. */
function gonePart(group: GroupContent): GroupContent[] {
  const cells = goneCells(group.cells);
  if (isGone(group)) return [{ ...group, hue: null, cells }];
  return cells.length === 0 ? [] : [{ ...group, cells }];
}

/** Colours of networks are those of the later picture: the earlier one counted others. */
const goneCells = (cells: readonly CellContent[]): CellContent[] =>
  cells.filter(isGone).map((one) => ({ ...one, lines: one.lines.map((line) => ({ ...line, hue: null })) }));

function markContent(content: Content, marks: ReadonlyMap<string, ChangeMark>): Content {
  const device = (one: DeviceContent): DeviceContent => withMark(one, marks.get(one.node));
  return {
    ...content,
    uplinks: content.uplinks.map(device),
    devices: content.devices.map(device),
    groups: content.groups.map((group) => {
      const names = group.kind === "plain" ? [] : group.title.split(", ");
      const own = [...names.map(networkKey), group.id].map((key) => marks.get(key)).find((mark) => mark !== undefined);
      const cells = group.cells.map((one) => withMark(one, one.node === null ? undefined : markIn(one.node, names)));
      return withMark({ ...group, cells }, own);
    }),
  };
  function markIn(node: string, networks: readonly string[]): ChangeMark | undefined {
    const here = networks.map((name) => marks.get(placeKey(node, name))).find((mark) => mark !== undefined);
    return here ?? marks.get(node);
  }
}

const withMark = <T extends object>(one: T, mark: ChangeMark | undefined): T & { readonly mark?: ChangeMark } =>
  mark === undefined ? one : { ...one, mark };
