import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { formatRoute, type PageRoute, type ShownSide } from "./route.ts";

const LinkSide = createContext<ShownSide | null>(null);

/** All links below it lead to views of this side; null where there is but one snapshot. */
export const LinksTo = LinkSide.Provider;

/** Makes the address of a view, on the side that the page, or this part of it, shows. */
export function useLink(): (route: PageRoute) => string {
  const side = useContext(LinkSide);
  return (route) => formatRoute(route, side);
}
