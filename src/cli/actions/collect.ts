import script from "../../../collector/collect.sh";
import { writeResult } from "../output.ts";

export const printCollector = (file: string | undefined): Promise<void> => writeResult(script, file);
