import { useLink } from "../links.tsx";
import { useContent } from "../use-content.ts";
import type { Opened } from "../worker/messages.ts";
import { Details } from "./details.tsx";
import { PictureView } from "./picture.tsx";

/** The picture, and beside it what is known of the chosen node. */
export function OverviewView({ opened, node }: { readonly opened: Opened; readonly node: string | null }) {
  const link = useLink();
  const content = useContent(opened);
  const choose = (chosen: string | null) => location.assign(link({ view: "picture", node: chosen }));
  return (
    <div class="overview">
      <PictureView content={content} chosen={node} way={null} onChoose={choose} />
      {node !== null && <Details node={node} opened={opened} onClose={() => choose(null)} />}
    </div>
  );
}
