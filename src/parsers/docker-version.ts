/** From `docker version` (JSON or text): the client's and, where it answered, the engine's version. */
export interface DockerVersion {
  readonly line: number;
  readonly client: string | null;
  readonly server: string | null;
  readonly apiVersion: string | null;
  readonly platform: string | null;
  readonly os: string | null;
  readonly kernel: string | null;
}
