/** One container, from `docker inspect`. Only what is used; never environment, commands, mounts or other labels. */
export interface DockerContainer {
  readonly line: number;
  readonly id: string;
  /** Without the leading slash. */
  readonly name: string;
  readonly status: string | null;
  readonly running: boolean;
  readonly pid: number | null;
  readonly startedAt: string | null;
  readonly hostname: string | null;
  readonly domainname: string | null;
  /** `default`, `bridge`, `host`, `none`, `container:<id or name>`, or a network's name. */
  readonly networkMode: string;
  readonly sandboxId: string | null;
  readonly sandboxKey: string | null;
  readonly exposedPorts: readonly string[];
  readonly publishAllPorts: boolean;
  /** What was asked for (`HostConfig.PortBindings`) and what is bound (`NetworkSettings.Ports`). */
  readonly portBindings: readonly PortBinding[];
  readonly ports: readonly PortBinding[];
  readonly dns: readonly string[];
  readonly dnsSearch: readonly string[];
  readonly dnsOptions: readonly string[];
  readonly extraHosts: readonly string[];
  readonly links: readonly string[];
  readonly capAdd: readonly string[];
  readonly privileged: boolean;
  readonly sysctls: Readonly<Record<string, string>>;
  /** `com.docker.compose.project` and `com.docker.compose.service` only. */
  readonly labels: Readonly<Record<string, string>>;
  readonly networks: readonly DockerAttachment[];
}

/** `80/tcp` → one host address and port. `hostIp` is empty for "every address"; `hostPort` null when none is bound yet. */
export interface PortBinding {
  readonly line: number;
  readonly containerPort: number;
  readonly protocol: string;
  readonly hostIp: string;
  readonly hostPort: number | null;
}

/** An entry of `NetworkSettings.Networks`. */
export interface DockerAttachment {
  readonly line: number;
  readonly network: string;
  readonly networkId: string;
  readonly endpointId: string;
  readonly gateway: string | null;
  readonly ipv4: string | null;
  readonly ipv4PrefixLength: number | null;
  readonly ipv6Gateway: string | null;
  readonly ipv6: string | null;
  readonly ipv6PrefixLength: number | null;
  readonly mac: string | null;
  readonly aliases: readonly string[];
  readonly dnsNames: readonly string[];
  readonly links: readonly string[];
  readonly gwPriority: number;
  readonly driverOpts: Readonly<Record<string, string>>;
}
