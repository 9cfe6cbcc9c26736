/** One kernel setting, from `sysctl`: `net.ipv4.ip_forward = 1`. */
export interface Sysctl {
  readonly line: number;
  /** With dots between the parts; dots inside an interface's name are printed as `/` by sysctl and kept so. */
  readonly key: string;
  readonly value: string;
}
