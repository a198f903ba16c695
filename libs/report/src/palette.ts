/** The look of one pod in every picture: a terminal colour name and the web colours on light and on dark ground. */
export interface PodColor {
  readonly terminal: "blue" | "yellow" | "green" | "magenta" | "cyan" | "yellowBright" | "blueBright" | "white";
  /** Marks the pod where there is no colour. */
  readonly shade: string;
  readonly light: string;
  readonly dark: string;
}

/**
 * Told apart under the common kinds of colour blindness: Okabe and Ito's palette without black (text) and vermillion (too near to
 * failed calls), with indigo and umber added. Source: https://jfly.uni-koeln.de/color/
 */
const POD_COLORS: readonly [PodColor, ...PodColor[]] = [
  { terminal: "blue", shade: "█", light: "#0072B2", dark: "#3D9BD6" },
  { terminal: "yellow", shade: "▓", light: "#E69F00", dark: "#F0B030" },
  { terminal: "green", shade: "▒", light: "#009E73", dark: "#1FB98D" },
  { terminal: "magenta", shade: "░", light: "#CC79A7", dark: "#DB93BA" },
  { terminal: "cyan", shade: "█", light: "#56B4E9", dark: "#8CCFF5" },
  { terminal: "yellowBright", shade: "▓", light: "#D9CB25", dark: "#F0E442" },
  { terminal: "blueBright", shade: "▒", light: "#5A4FA8", dark: "#9389E3" },
  { terminal: "white", shade: "░", light: "#8A6F55", dark: "#BC9E80" },
];

/** How many pods have a colour of their own; more start again from the first. */
export const POD_COLOR_COUNT = POD_COLORS.length;

/** The colour of the pod at `index` of a run's `pods`. */
export function podColor(index: number): PodColor {
  return POD_COLORS[index % POD_COLOR_COUNT] ?? POD_COLORS[0];
}

/** Colours of a web page. Text colours (`ink`, `muted`, `failed`, `passed`) have a contrast of at least 4.5 on `paper` and `panel`. */
export interface Theme {
  readonly paper: string;
  readonly panel: string;
  readonly ink: string;
  readonly muted: string;
  readonly line: string;
  readonly failed: string;
  readonly passed: string;
  readonly highlight: string;
}

/** For `prefers-color-scheme: light`, and for browsers that know no such preference. */
export const LIGHT_THEME: Theme = {
  paper: "#FDFCFA",
  panel: "#F5F3EF",
  ink: "#1F2328",
  muted: "#5C636B",
  line: "#DAD6CF",
  failed: "#C0103A",
  passed: "#17694A",
  highlight: "#FBEFCB",
};

/** For `prefers-color-scheme: dark`. */
export const DARK_THEME: Theme = {
  paper: "#16181B",
  panel: "#1E2125",
  ink: "#E4E6E8",
  muted: "#A0A7AF",
  line: "#363B41",
  failed: "#FF6F8B",
  passed: "#63CFA0",
  highlight: "#40371A",
};
