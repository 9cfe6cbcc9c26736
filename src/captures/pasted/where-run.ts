import { splitStages } from "./command-words.ts";

/** Where a command runs, as its own words say. */
export interface Where {
  /** The machine that ssh or the like leads to; null for the one that it was typed on. */
  readonly host: string | null;
  /** The container, or `pid-<n>`; `unnamed` for one that is not told by name; null for where it was typed. */
  readonly netns: string | null;
  /** Whether it runs in the host's own network namespace, wherever it was typed. */
  readonly ofHost: boolean;
  /** Whether a shell there shows the host name that the prompt around it shows, so that the prompt does not tell them apart. */
  readonly sameName: boolean;
}

/** A container that a command does not name: `docker run -it busybox`, `docker exec -it $id sh`. No container can be called so. */
export const unnamed = "";

/** A command without the programs that run it. */
export interface Run {
  readonly words: readonly string[];
  readonly where: Where;
  /** Whether a program gave it a shell, or a place to be in: then no words left mean a shell. */
  readonly entered: boolean;
}

const asTyped: Where = { host: null, netns: null, ofHost: false, sameName: true };
/** `nsenter -t 1 -n`, `docker run --network host`. */
const onHost: Where = { ...asTyped, ofHost: true };
const inside = (name: string): Where => ({ ...asTyped, netns: nameOr(name), sameName: false });
const onMachine = (name: string): Where => ({ ...asTyped, host: name, sameName: false });

/** What a shell would have put in place of a variable or of another command's output is not known. */
const nameOr = (name: string): string => (/^\w[\w.-]*$/.test(name) ? name : unnamed);

/** Takes off, one by one, the programs that run a command, and keeps where they run it. */
export function whereRun(all: readonly string[]): Run {
  let run: Run = { words: all, where: asTyped, entered: false };
  for (let depth = 0; depth < 10; depth++) {
    const [first = "", ...rest] = run.words;
    const name = first.replace(/^.*\//, "");
    const next = step(name, rest);
    if (next === null) return { ...run, words: [name, ...rest].filter((word) => word !== "") };
    run = { words: next.words, where: joined(run.where, next.where), entered: run.entered || next.entered };
  }
  return run;
}

/** Inside of what was said before: another machine's containers are its own. */
function joined(outer: Where, inner: Where): Where {
  if (inner === asTyped) return outer;
  return { ...inner, host: inner.host ?? outer.host, sameName: inner.sameName && outer.sameName };
}

const plain = (words: readonly string[], entered = false): Run => ({ words, where: asTyped, entered });
const at = (where: Where, words: readonly string[], entered = true): Run => ({ words, where, entered });

function step(name: string, rest: readonly string[]): Run | null {
  if (/^\w+=/.test(name) || /^(time|command|exec|nohup|env|doas|busybox)$/.test(name)) return plain(rest);
  if (name === "sudo")
    return plain(
      afterOptions(rest, valued["sudo"]),
      rest.some((word) => /^-[a-zA-Z]*[is]$/.test(word)),
    );
  if (name === "watch") return plain(afterOptions(rest, valued["watch"]));
  if (name === "timeout") return plain(afterOptions(rest, valued["timeout"]).slice(1));
  if (name === "chroot") return plain(afterOptions(rest, undefined).slice(1), true);
  if (/^(ba|z|da|a)?sh$/.test(name) && /^-\w*c$/.test(rest[0] ?? "")) return plain(again(rest.slice(1, 2)));
  if (name === "ip" && rest[0] === "netns" && rest[1] === "exec")
    return at({ ...inside(rest[2] ?? ""), sameName: true }, rest.slice(3));
  if (name === "ip" && /^-n(etns)?$/.test(rest[0] ?? ""))
    return at(inside(rest[1] ?? ""), ["ip", ...rest.slice(2)], false);
  if (name === "nsenter") return at(nsenterTarget(rest), afterOptions(rest, valued["nsenter"]));
  return machine(name, rest) ?? container(name, rest);
}

/** Options that take a value, of the programs that run another one. */
const valued: Readonly<Record<string, RegExp>> = {
  sudo: /^(-[ugpCThRrt]|--user|--group)$/,
  ssh: /^-[bcDEeFIiJLlmOopQRSWw]$/,
  exec: /^(-[uew]|--user|--env|--workdir|--env-file|--detach-keys|--index)$/,
  docker: /^(-[Hclf]|--host|--context|--config|--log-level|--file|--project-name|-p)$/,
  kubectl: /^(-[nc]|--namespace|--container|--context|--kubeconfig|--cluster|--user|-s|--server)$/,
  timeout: /^-[ks]$/,
  watch: /^(-n|--interval)$/,
  nsenter: /^(-[tSG]|--target|--setuid|--setgid)$/,
};

/** Drops options, and the values of those that take one. */
function afterOptions(words: readonly string[], takesValue: RegExp | undefined): readonly string[] {
  let first = 0;
  while (words[first]?.startsWith("-") === true && words[first] !== "--")
    first += takesValue?.test(words[first] ?? "") === true ? 2 : 1;
  return words.slice(words[first] === "--" ? first + 1 : first);
}

/** `ssh host "ip a"` and `sh -c "ip a"`: the one word is a command line. */
const again = (words: readonly string[]): readonly string[] =>
  words.length === 1 ? (splitStages(words[0] ?? "")[0] ?? []) : words;

/** `ssh root@host ip a`, `lxc exec host -- bash`: another machine, whose containers are none of this one's. */
function machine(name: string, rest: readonly string[]): Run | null {
  if (name === "ssh" || name === "mosh") {
    const [target = "", ...words] = afterOptions(rest, valued["ssh"]);
    return target === "" ? null : at(onMachine(target.replace(/^.*@/, "").replace(/^\[|\]$/g, "")), again(words));
  }
  const enters = /^(lxc|incus|multipass)$/.test(name)
    ? /^(exec|shell)$/
    : /^(vagrant|docker-machine)$/.test(name)
      ? /^ssh$/
      : name === "machinectl"
        ? /^(shell|login)$/
        : null;
  if (enters === null || !enters.test(rest[0] ?? "")) return null;
  const [target = name, ...words] = afterOptions(rest.slice(1), undefined);
  return at(onMachine(target.replace(/^.*@/, "")), again(afterOptions(words, undefined)));
}

/**
 * `nsenter -t 4711 -n`, `--net=/proc/4711/ns/net`, `--net=/var/run/docker/netns/1a2b3c`; `-t 1 -n` is the host's own. Without
 * `-n` it stays in the network namespace that it was typed in.
 */
function nsenterTarget(words: readonly string[]): Where {
  const text = words.slice(0, 20).join(" ");
  if (!/(?:^|\s)(?:-[a-zA-Z]*[na]|--net\b|--all\b|-n\/)/.test(text)) return asTyped;
  const pid = /(?:^|\s)(?:-t\s*|--target[= ])(\d+)|\/proc\/(\d+)\/ns\/net/.exec(text);
  const number = pid?.[1] ?? pid?.[2];
  if (number === "1") return onHost;
  if (number !== undefined) return { ...inside(`pid-${number}`), sameName: true };
  // `-t $(docker inspect -f '{{.State.Pid}}' web)`
  const asked = /\$\((?:sudo )?(?:docker|podman) ([^()]{0,200})\)/.exec(text)?.[1];
  return { ...inside(asked?.trim().split(" ").at(-1) ?? /\/netns\/([\w.-]+)/.exec(text)?.[1] ?? ""), sameName: true };
}

/** `docker exec -it web ip a`, `docker compose exec web …`, `docker run --network container:web image ip a`, `kubectl exec pod -- ip a`. */
function container(name: string, all: readonly string[]): Run | null {
  if (/^(kubectl|oc|k3s|crictl)$/.test(name)) return pod(name === "k3s" ? all.slice(1) : all);
  if (!/^(docker|podman|nerdctl|docker-compose)$/.test(name)) return null;
  let words = afterOptions(all, valued["docker"]);
  if (words[0] === "container" || words[0] === "compose") words = afterOptions(words.slice(1), valued["docker"]);
  const [verb = "", ...rest] = words;
  if (verb === "exec") {
    const [target, ...command] = afterOptions(rest, valued["exec"]);
    return target === undefined ? null : at(inside(target), command, false);
  }
  if (
    verb === "attach" ||
    (verb === "start" &&
      rest.some((word) => word === "--interactive" || (/^-[a-z]{1,9}$/.test(word) && word.includes("i"))))
  )
    return at(inside(afterOptions(rest, /^--detach-keys$/)[0] ?? ""), []);
  return verb === "run" ? newContainer(rest) : null;
}

function pod(all: readonly string[]): Run | null {
  const [verb = "", ...rest] = afterOptions(all, valued["kubectl"]);
  if (verb !== "exec" && verb !== "rsh") return null;
  const [target, ...words] = afterOptions(rest, valued["kubectl"]);
  if (target === undefined) return null;
  return at(inside(target.replace(/^\w+\//, "")), afterOptions(words, valued["kubectl"]), verb === "rsh");
}

/** The options of `docker run` that take no value (docker/cli, cli/command/container/opts.go; podman's own besides). */
const flags =
  /^--(detach|disable-content-trust|init|interactive|no-healthcheck|oom-kill-disable|privileged|publish-all|quiet|read-only|rm|sig-proxy|tty|use-api-socket|replace|no-hosts|no-hostname|rmi|service-ports|no-deps|build)$/;

function newContainer(all: readonly string[]): Run | null {
  let [network, name, interactive] = ["", "", false];
  let first = 0;
  for (; all[first]?.startsWith("-") === true; first++) {
    const [option = "", value] = splitOption(all[first] ?? "");
    if (/^-[a-zA-Z]*[it]/.test(option) || /^--(interactive|tty)$/.test(option)) interactive = true;
    const takesNext = value === null && !flags.test(option) && !/^-[ditPq]+$/.test(option);
    const given = takesNext ? (all[++first] ?? "") : (value ?? "");
    if (option === "--network" || option === "--net") network = given;
    if (option === "--name") name = given;
  }
  const command = all.slice(first + 1);
  const where = network === "host" ? onHost : inside(/^container:(.+)/.exec(network)?.[1] ?? name);
  return first < all.length ? at(where, command, interactive) : null;
}

/** `--name=web`, and the short options with a value that follows at once: `-p80:80`. */
function splitOption(word: string): readonly [string, string | null] {
  if (word.startsWith("--")) {
    const equals = word.indexOf("=");
    return equals < 0 ? [word, null] : [word.slice(0, equals), word.slice(equals + 1)];
  }
  return /^-[^ditPq]./.test(word) ? [word.slice(0, 2), word.slice(2)] : [word, null];
}
