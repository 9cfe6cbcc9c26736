import { writeFile } from "node:fs/promises";
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
