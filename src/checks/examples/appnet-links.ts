import { appnet } from "./appnet.ts";
import { alsoListed, hostAndNone } from "./networks.ts";

/** `appnet` with the networks that every engine has: a whole listing. */
export const appnetWhole = alsoListed(appnet, hostAndNone);

/** The bridges and ports of the same host. */
export const appnetBrctl = `bridge name	bridge id		STP enabled	interfaces
br-28feb3a9f564		8000.7a39bdec8dcb	no		vethac71698
							vethc1e6c5b
docker0		8000.22807319856e	no		
`;
