/** Colours of one thing in a picture: a weak fill, a strong line, and text that is readable on the fill. */
export interface Tone {
  readonly fill: string;
  readonly line: string;
  readonly text: string;
}

/** What a colour is for, besides the networks' own colours. */
export type ToneName =
  | "paper"
  | "host"
  | "device"
  | "container"
  | "guest"
  | "odd"
  | "idle"
  | "port"
  | "published"
  | "trunk";

export interface Palette {
  /** Networks take these in turn: told apart with the usual colour blindnesses, and never the only sign. */
  readonly hues: readonly Tone[];
  readonly tones: Readonly<Record<ToneName, Tone>>;
  readonly muted: string;
  readonly error: Tone;
  readonly warning: Tone;
  readonly info: Tone;
  readonly added: Tone;
  readonly gone: Tone;
  readonly changed: Tone;
}

export const light: Palette = {
  hues: [
    { fill: "#eaf4fb", line: "#0072b2", text: "#003d61" },
    { fill: "#e6f6f0", line: "#008560", text: "#00402e" },
    { fill: "#f8edf6", line: "#a3448f", text: "#5a1c4d" },
    { fill: "#fbf3df", line: "#a87400", text: "#573c00" },
    { fill: "#efeefb", line: "#5a4fcf", text: "#2c2575" },
    { fill: "#e3f5f7", line: "#14808f", text: "#08424a" },
    { fill: "#f3f5e2", line: "#6f7a12", text: "#3b4108" },
    { fill: "#f7eee8", line: "#94583a", text: "#4f2b19" },
  ],
  tones: {
    paper: { fill: "#ffffff", line: "#ccd3dc", text: "#1c2530" },
    host: { fill: "#f7f9fb", line: "#5b6b7f", text: "#1c2530" },
    device: { fill: "#ffffff", line: "#5b6b7f", text: "#1c2530" },
    container: { fill: "#ffffff", line: "#5b6b7f", text: "#1c2530" },
    guest: { fill: "none", line: "#8694a5", text: "#33404f" },
    odd: { fill: "#fff4e0", line: "#b45309", text: "#5c2b04" },
    idle: { fill: "#eef1f4", line: "#98a4b3", text: "#4a5768" },
    port: { fill: "#ffffff", line: "#5b6b7f", text: "#33404f" },
    published: { fill: "#ffe9d6", line: "#d2691e", text: "#6b2f00" },
    trunk: { fill: "none", line: "#5b6b7f", text: "#33404f" },
  },
  muted: "#566273",
  error: { fill: "#b3161f", line: "#ffffff", text: "#ffffff" },
  warning: { fill: "#f5b301", line: "#3b2a00", text: "#2b1e00" },
  info: { fill: "#2f6fb5", line: "#ffffff", text: "#ffffff" },
  added: { fill: "#0b7a42", line: "#0b7a42", text: "#ffffff" },
  gone: { fill: "#b3161f", line: "#b3161f", text: "#ffffff" },
  changed: { fill: "#f5b301", line: "#a86f00", text: "#2b1e00" },
};

export const dark: Palette = {
  hues: [
    { fill: "#10293a", line: "#56b4e9", text: "#cfe9f9" },
    { fill: "#0d2f25", line: "#35c796", text: "#c5f2e2" },
    { fill: "#35182f", line: "#dd8bc9", text: "#f7dcf0" },
    { fill: "#33260a", line: "#e3a72f", text: "#fae6bd" },
    { fill: "#211f46", line: "#a49cf5", text: "#e2dffd" },
    { fill: "#0b2d33", line: "#48bfd0", text: "#c6eef4" },
    { fill: "#282b0c", line: "#b8c44a", text: "#eef2c4" },
    { fill: "#321f15", line: "#d79a7a", text: "#f6dfd3" },
  ],
  tones: {
    paper: { fill: "#12171d", line: "#39434f", text: "#e4e9ef" },
    host: { fill: "#171d24", line: "#8796a8", text: "#e4e9ef" },
    device: { fill: "#212a34", line: "#8796a8", text: "#e4e9ef" },
    container: { fill: "#212a34", line: "#8796a8", text: "#e4e9ef" },
    guest: { fill: "none", line: "#7a8898", text: "#c3ccd6" },
    odd: { fill: "#3a2608", line: "#f0a042", text: "#fbe3c0" },
    idle: { fill: "#1c232b", line: "#5f6d7d", text: "#a9b4c1" },
    port: { fill: "#212a34", line: "#8796a8", text: "#c3ccd6" },
    published: { fill: "#43260e", line: "#f0934a", text: "#ffdcbf" },
    trunk: { fill: "none", line: "#8796a8", text: "#c3ccd6" },
  },
  muted: "#a3afbd",
  error: { fill: "#e5484d", line: "#12171d", text: "#ffffff" },
  warning: { fill: "#f5b301", line: "#12171d", text: "#2b1e00" },
  info: { fill: "#5b9bdf", line: "#12171d", text: "#0b1622" },
  added: { fill: "#35c77f", line: "#35c77f", text: "#06210f" },
  gone: { fill: "#ff7b80", line: "#ff7b80", text: "#2b0507" },
  changed: { fill: "#f5b301", line: "#f5b301", text: "#2b1e00" },
};

/** The class of a network's colour. */
export const hueClass = (hue: number | null): string => (hue === null ? "no-hue" : `hue-${hue % light.hues.length}`);

/** The rules that give a picture its colours, each selector within `scope`. */
export function pictureStyle({ hues, tones, muted, ...badges }: Palette, scope = ""): string {
  const within = (selector: string) => `${scope}${scope === "" ? "" : " "}${selector}`;
  const both = [
    ...hues.map((tone, i) => [`hue-${i}`, tone] as const),
    ["no-hue", tones.idle] as const,
    ...Object.entries(tones).map(([name, tone]) => [`tone-${name}`, tone] as const),
    ...Object.entries(badges).map(([name, tone]) => [`badge-${name}`, tone] as const),
  ];
  const coloured = both.flatMap(([name, tone]) => [
    `${within(`.${name} .shape`)}{fill:${tone.fill};stroke:${tone.line}}`,
    `${within(`.${name} .solid`)}{fill:${tone.line};stroke:none}`,
    `${within(`.${name} .wire`)}{fill:none;stroke:${tone.line}}`,
    `${within(`.${name} text`)}{fill:${tone.text}}`,
  ]);
  const marks = hues.map((tone, i) => `${within(`.hue-${i} .mark`)}{fill:${tone.line}}`);
  // What a change did: by the colour and width of the border, by its dashes, and by the sign.
  const marked = (["added", "gone", "changed"] as const).map(
    (mark) => `${within(`.mark-${mark} > .shape`)}{stroke:${badges[mark].line};stroke-width:2.4}`,
  );
  const texts = `${within("text")}{font-family:system-ui,"DejaVu Sans",Arial,sans-serif;font-size:12px}`;
  const mono = `${within("text.mono")}{font-family:"DejaVu Sans Mono",ui-monospace,Menlo,Consolas,monospace;font-size:10.5px}`;
  const more = [
    `${within("text.name")}{font-weight:600}`,
    `${within("text.title")}{font-weight:700;font-size:15px}`,
    `${within("text.tiny")}{font-size:8.5px}`,
    `${within("text.small")}{font-size:10.5px}`,
    `${within("text.muted")}{fill:${muted}}`,
    `${within(".mark-gone > .shape")}{stroke-dasharray:5 4}`,
    `${within(".mark-gone > text:not(.count)")}{text-decoration:line-through}`,
    `${within("text.count")}{font-weight:700;font-size:9.5px;text-anchor:middle}`,
  ];
  return [texts, mono, ...coloured, ...marks, ...marked, ...more].join("\n");
}
