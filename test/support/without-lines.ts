/** Records without the lines they were read from; of those that go by a name the names stay. */
export function withoutLines(data: unknown): unknown {
  return JSON.parse(
    JSON.stringify(data, (key, value) => {
      if (key === "line") return undefined;
      if (key === "commitLine") return value !== null;
      return key === "lines" && typeof value === "object" && value !== null ? Object.keys(value) : value;
    }),
  );
}
