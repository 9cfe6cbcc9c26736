/** The id of the page's element that holds the licences of what is built into it. */
export const noticesElement = "third-party-notices";

/** The licences of what is built into the page, folded under a link. */
export function Notices() {
  return (
    <details class="notices">
      <summary>Licences</summary>
      <pre>{document.getElementById(noticesElement)?.textContent?.trim()}</pre>
    </details>
  );
}
