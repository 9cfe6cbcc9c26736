/** The option of every command that reads a snapshot. */
export const hostOption = ["--host <name>", "whose outputs to read of texts that hold those of several hosts"] as const;
