import { render } from "preact";
import { packedElement } from "../reporters/page/packed-place.ts";
import { App } from "./app.tsx";
import { warmUp } from "./client.ts";
import { packedBytes } from "./packed.ts";

warmUp();
const root = document.getElementById("app");
const packed = packedBytes(document.getElementById(packedElement)?.textContent ?? "");
if (root !== null) render(<App packed={packed} />, root);
