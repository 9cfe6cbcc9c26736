/** One bridge port, from `bridge link` (with `-d` also its settings). */
export interface BridgePort {
  readonly line: number;
  readonly index: number;
  readonly name: string;
  /** What stands after `@`; `bridge` resolves it in the wrong namespace for a veth, so it says nothing about the peer. */
  readonly peer: string | null;
  readonly flags: readonly string[];
  readonly mtu: number | null;
  readonly master: string | null;
  /** Spanning tree state: `forwarding`, `disabled`, `listening`, `learning`, `blocking`. */
  readonly state: string | null;
  readonly priority: number | null;
  readonly cost: number | null;
  /** With `-d`: `hairpin` → `off`, `isolated` → `off`, `learning` → `on`, … in the order printed. */
  readonly settings: Readonly<Record<string, string>>;
}
