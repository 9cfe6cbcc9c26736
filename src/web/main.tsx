import { render } from "preact";
import { App } from "./app.tsx";
import { packedBytes, packedElement } from "./packed.ts";

const root = document.getElementById("app");
const packed = packedBytes(document.getElementById(packedElement)?.textContent ?? "");
if (root !== null) render(<App packed={packed} />, root);
