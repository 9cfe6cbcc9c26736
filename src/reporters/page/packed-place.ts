/** The id of the page's element that holds a packed snapshot. */
export const packedElement = "packed-snapshot";

/** That element while it is empty, as the built page has it. */
export const packedPlace = `<script type="text/plain" id="${packedElement}"></script>`;

/** The page with packed snapshots, as base64, inside: text of an alphabet that cannot end the element. */
export function putIntoPage(page: string, packed: readonly string[]): string {
  const at = page.indexOf(packedPlace);
  if (at < 0) throw new Error("the page has no place for a snapshot");
  const end = at + packedPlace.length;
  return page.slice(0, at) + packedPlace.replace("></", `>${packed.join(" ")}</`) + page.slice(end);
}
