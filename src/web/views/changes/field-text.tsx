import { visible } from "../../../picture/measure.ts";
import type { Compared } from "../../worker/messages.ts";

type Change = Compared["changes"][number];

/** A property on both sides, or on the only one. */
export function FieldText({
  kind,
  field,
}: {
  readonly kind: Change["kind"];
  readonly field: Change["fields"][number];
}) {
  const text = (value: string | null) => (value === null ? "none" : visible(value, 1000));
  if (kind === "added") return <>{text(field.after)}</>;
  if (kind === "removed") return <>{text(field.before)}</>;
  return (
    <>
      <del>{text(field.before)}</del>
      {" → "}
      <ins>{text(field.after)}</ins>
    </>
  );
}
