import { once } from "node:events";
import { open, writeFile } from "node:fs/promises";
import { Failure, fileTrouble } from "./failure.ts";

/** Writes a result to the given file, or to standard output for none or `-`. */
export async function writeResult(text: string, file: string | undefined): Promise<void> {
  if (file !== undefined && file !== "-") {
    try {
      await writeFile(file, text);
    } catch (error) {
      throw new Failure(`cannot write ${file}: ${fileTrouble(error)}`);
    }
    return;
  }
  await new Promise<void>((resolve) => process.stdout.write(text, () => resolve()));
}

/** A result that is written piece by piece. */
export interface OpenResult {
  /** Resolves when there is room for more. */
  readonly write: (text: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Opens the given file, or standard output for none or `-`. */
export async function openResult(file: string | undefined): Promise<OpenResult> {
  if (file === undefined || file === "-") {
    const write = async (text: string): Promise<void> => {
      if (!process.stdout.write(text)) await once(process.stdout, "drain");
    };
    return { write, close: () => new Promise((resolve) => process.stdout.write("", () => resolve())) };
  }
  try {
    const handle = await open(file, "w");
    return { write: (text) => handle.appendFile(text).catch(cannotWrite), close: () => handle.close() };
  } catch (error) {
    return cannotWrite(error);
  }
  function cannotWrite(error: unknown): never {
    throw new Failure(`cannot write ${file}: ${fileTrouble(error)}`);
  }
}
