import { type Complaint, thrown } from "./complaint.ts";
import { judgeText } from "./judge-outputs.ts";

/** What may be thrown: what the person at the terminal can put right. */
type Ours = new (...args: never[]) => Error;

/** Runs one step after the other and collects what is wrong with each. */
export class Play {
  readonly complaints: Complaint[] = [];
  readonly #onStep: (step: string) => void;

  constructor(onStep: (step: string) => void) {
    this.#onStep = onStep;
  }

  /** The step's result; null where it threw, which is only allowed of the errors named. */
  run<T>(step: string, act: () => T, ...ours: readonly Ours[]): T | null {
    this.#onStep(step);
    try {
      return act();
    } catch (error) {
      this.#caught(step, error, ours);
      return null;
    }
  }

  async wait<T>(step: string, act: () => Promise<T>, ...ours: readonly Ours[]): Promise<T | null> {
    this.#onStep(step);
    try {
      return await act();
    } catch (error) {
      this.#caught(step, error, ours);
      return null;
    }
  }

  judge(...complaints: readonly Complaint[]): void {
    this.complaints.push(...complaints);
  }

  /** Writes a result in every format and looks at the characters. */
  report<T>(verb: string, formats: Readonly<Record<string, (value: T, options: Layout) => string>>, value: T): void {
    for (const [format, reporter] of Object.entries(formats)) {
      for (const color of format === "text" ? [false, true] : [false]) {
        const step = `${verb} -f ${format}`;
        const text = this.run(step, () => reporter(value, { width: 80, color, verbose: true }));
        if (text !== null) this.judge(...judgeText(step, text, { color, tabs: format === "junit" }));
        if (text !== null && format === "json") this.run(step, () => void JSON.parse(text));
      }
    }
  }

  #caught(step: string, error: unknown, ours: readonly Ours[]): void {
    if (!ours.some((one) => error instanceof one)) this.complaints.push(thrown(step, error));
  }
}

interface Layout {
  readonly width: number;
  readonly color: boolean;
  readonly verbose: boolean;
}
