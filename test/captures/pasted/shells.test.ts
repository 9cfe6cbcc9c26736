import { describe, expect, it } from "vitest";
import { readSnapshot } from "../../../src/captures/read-snapshot.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const ipA = (address: string) =>
  `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN\n    inet 127.0.0.1/8 scope host lo\n2: eth0: <BROADCAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP\n    inet ${address}/24 scope global eth0\n`;
const inside = (address: string) => ipA(address).replace("2: eth0:", "12: eth0@if13:");

/** `line netns` of each listing of addresses that is read of a text. */
const placesIn = (text: string): string[] =>
  readSnapshot(new Map([["log.txt", bytes(text)]]))
    .captures.flatMap((one) => (one.state === "ok" ? [`${one.firstLine} ${one.kind} ${one.netns ?? "host"}`] : []))
    .sort();

describe("what a shell inside a container prints is that container's", () => {
  it.each([
    ["docker exec -it web bash", "root@0a1b2c3d4e5f:/# ", "web"],
    ["docker exec -it web sh", "/ # ", "web"],
    ["docker exec -ti -u root web /bin/ash", "/srv/app # ", "web"],
    ["docker run --rm -it --name probe alpine", "/ # ", "probe"],
    ["docker run -it --name probe --cap-add=NET_ADMIN -v /a:/b debian bash", "root@0a1b2c3d4e5f:/# ", "probe"],
    ["docker run -itp 80:80 --name=probe debian", "bash-5.1# ", "probe"],
    ["docker run -it debian", "root@0a1b2c3d4e5f:/# ", "0a1b2c3d4e5f"],
    ["docker run -it busybox", "/ # ", "unnamed (log.txt:1)"],
    ["docker run -it --network container:db alpine", "/ # ", "db"],
    ["docker run -it -h front --name probe debian", "root@front:/# ", "probe"],
    ["docker compose exec web sh", "/app $ ", "web"],
    ["docker attach probe", "/ # ", "probe"],
    ["docker start -ai probe", "/ # ", "probe"],
    ["docker exec -it $(docker ps -q | head -1) sh", "/ # ", "unnamed (log.txt:1)"],
    ["podman exec -it web sh", "sh-5.2# ", "web"],
    ["podman run -it --rm --name probe alpine", "/ # ", "probe"],
    ["kubectl exec -it -n shop web-7d9c -c app -- sh", "/ # ", "web-7d9c"],
    ["crictl exec -it web sh", "/ # ", "web"],
    ["sudo nsenter -t 4711 -n", "root@host1:~# ", "pid-4711"],
    ["sudo nsenter --net=/var/run/docker/netns/1a2b3c4d5e6f bash", "root@host1:~# ", "1a2b3c4d5e6f"],
    ["nsenter -t $(docker inspect -f '{{.State.Pid}}' web) -n", "root@host1:~# ", "web"],
    ["nsenter -t $PID -n", "root@host1:~# ", "unnamed (log.txt:1)"],
    ["ip netns exec blue bash", "root@host1:~# ", "blue"],
  ])("%s", (command, prompt, netns) => {
    const text = `root@host1:~# ${command}\n${prompt}ip a\n${inside("172.18.0.2")}${prompt}exit\nroot@host1:~# ip a\n${ipA("192.0.2.1")}`;
    expect(placesIn(text)).toEqual([`3 ip-addr ${netns}`, "9 ip-addr host"].sort());
  });

  it.each([
    ["docker exec web ip a", "web"],
    ["docker run --rm --name probe alpine ip a", "probe"],
    ["docker run --rm alpine ip a", "unnamed (log.txt:1)"],
    ["docker run --rm --net=host alpine ip a", "host"],
    ["kubectl exec web-7d9c -- ip a", "web-7d9c"],
    ["nsenter -t $(docker inspect -f '{{.State.Pid}}' web) -n ip a", "web"],
    ["nsenter --net=/proc/$(docker inspect -f {{.State.Pid}} web)/ns/net ip a", "web"],
    ["nsenter -t 4711 -m ip a", "host"],
    ["nsenter -t 1 -m -u -n ip a", "host"],
  ])("and so is what one command prints there: %s", (command, netns) => {
    expect(placesIn(`$ ${command}\n${ipA("172.18.0.2")}`)).toEqual([`2 ip-addr ${netns}`]);
    const asHeading = command.startsWith("docker") || command.startsWith("kubectl");
    if (asHeading && netns !== "host")
      expect(placesIn(`${command}\n${ipA("172.18.0.2")}`)).toEqual([`2 ip-addr ${netns}`]);
  });

  it.each([
    ["exit", "root@0a1b2c3d4e5f:/# exit\nexit\n"],
    ["the end of input", "root@0a1b2c3d4e5f:/# ^D\n"],
    ["a line of its own", "exit\n"],
    ["nothing but the host's own prompt", ""],
    [
      "a shell in the shell",
      "root@0a1b2c3d4e5f:/# bash\nroot@0a1b2c3d4e5f:/# exit\nexit\nroot@0a1b2c3d4e5f:/# exit\nexit\n",
    ],
  ])("ends with %s", (_, end) => {
    const text = `me@host1:~$ docker exec -it web bash\nroot@0a1b2c3d4e5f:/# ip a\n${inside("172.18.0.2")}${end}me@host1:~$ brctl show\nbridge name\tbridge id\tSTP enabled\tinterfaces\n`;
    const places = placesIn(text)
      .map((place) => place.replace(/^\d+ /, ""))
      .sort();
    expect(places).toEqual(["brctl-show host", "ip-addr web"]);
  });

  it("goes on after a shell inside the shell", () => {
    const text = `me@host1:~$ docker exec -it web sh\n/ # bash\nbash-5.1# ip a\n${inside("172.18.0.2")}bash-5.1# exit\n/ # ip a\n${inside("172.18.0.2")}`;
    expect(placesIn(text)).toEqual(["10 ip-addr web"]);
  });

  it("is not when the shell did not open", () => {
    const text = `root@host1:~# docker exec -it web sh\nError response from daemon: container is not running\nroot@host1:~# ip a\n${ipA("192.0.2.1")}`;
    expect(placesIn(text)).toEqual(["4 ip-addr host"]);
  });

  it("is told by what it shows, or by an exit, where both prompts look alike", () => {
    expect(placesIn(`# docker exec -it web sh\n# ip a\n${inside("172.18.0.2")}`)).toEqual(["3 ip-addr web"]);
    expect(placesIn(`# docker exec -it web sh\n# ip a\n${ipA("172.18.0.2")}# exit\n`)).toEqual(["3 ip-addr web"]);
    expect(placesIn(`$ docker run --name db -it mysql\n$ ip a\n${ipA("192.0.2.1")}`)).toEqual(["3 ip-addr host"]);
  });

  it("belongs to one that nothing names where only its prompt tells of it", () => {
    const text = `root@host1:~# ip a\n${ipA("192.0.2.1")}/ # ip r\ndefault via 172.17.0.1 dev eth0 \n`;
    expect(placesIn(text)).toEqual(["2 ip-addr host", "7 ip-route unnamed (log.txt:6)"]);
    expect(
      placesIn(`root@0a1b2c3d4e5f:/# ip a\n${inside("172.18.0.2")}\n# ip r\ndefault via 172.17.0.1 dev eth0 \n`),
    ).toEqual(["2 ip-addr 0a1b2c3d4e5f", "8 ip-route 0a1b2c3d4e5f"]);
  });

  it("may be of a command on several lines, with a prompt or without", () => {
    const command = "docker run \\\n> --name probe \\\n  --network blue \\\n  -it alpine sh\n";
    expect(placesIn(`me@host1:~$ ${command}/ # ip a\n${inside("172.18.0.2")}`)).toEqual(["6 ip-addr probe"]);
    expect(placesIn(`${command}/ # ip a\n${inside("172.18.0.2")}`)).toEqual(["6 ip-addr probe"]);
  });

  it("is no capture of the engine's, and a block without a prompt is nobody's", () => {
    const shell = "root@host1:~# docker exec -it web sh\n/ # ";
    const { captures, unread } = readSnapshot(
      new Map([
        [
          "log.md",
          bytes(
            `\`\`\`\n${shell}ip a\n${inside("172.18.0.2")}/ # docker ps\nCONTAINER ID   IMAGE   COMMAND\n\`\`\`\n\`\`\`\n${ipA("192.0.2.1")}\`\`\`\n`,
          ),
        ],
      ]),
    );
    expect(captures.flatMap(({ state, kind, netns }) => (state === "ok" ? [`${kind} ${netns}`] : []))).toEqual([
      "ip-addr web",
    ]);
    expect(unread.map(({ why }) => why)).toEqual([
      "lines 9-9: docker-ps was taken inside web: it is read of the host only",
      "lines 12-15: it looks like ip-addr, but whether it was taken inside web is not known",
    ]);
  });
});

describe("prompts of one host", () => {
  it.each([
    ["several people and folders", "root@web1:~# ", "me@web1:/etc/docker$ "],
    ["its long name", "root@web1:~# ", "[root@web1.example.com ~]# "],
    ["another shell of a person", "me@web1:~$ ", "me@web1 ~> "],
    ["capitals", "root@WEB1:~# ", "root@web1:~# "],
    ["zsh", "me@web1 ~ % ", "web1# "],
    ["ssh from elsewhere", "me@laptop:~$ ssh root@web1 ", "root@web1:~# "],
    ["oh-my-zsh, which names none", "root@web1:~# ", "\u279c  docker git:(main) \u2717 "],
    ["cPanel", "root@web1 [~]# ", "root@web1 [/etc]# "],
  ])("may show %s", (_, first, second) => {
    expect(
      placesIn(
        `${first}ip a\n${ipA("192.0.2.1")}${second}brctl show\nbridge name\tbridge id\tSTP enabled\tinterfaces\n`,
      ),
    ).toEqual(["2 ip-addr host", "7 brctl-show host"]);
  });
});
