// Small helpers to make elements.

type Attributes = Record<string, string | number | boolean | null | undefined>;
type Child = Node | string | null | undefined;

export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    made.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children) if (child !== null && child !== undefined) made.append(child);
  return made;
}

const ICONS = {
  play: "M8 5.5v13l10.5-6.5z",
  pause: "M7 5h3.6v14H7zM13.4 5H17v14h-3.6z",
  back: "M6 5h2.2v14H6zM19 5.5v13L9.5 12z",
  forward: "M15.8 5H18v14h-2.2zM5 5.5v13l9.5-6.5z",
  loop: "M7 7h9V4l4.5 4L16 12V9H9v3H7zM17 17H8v3l-4.500-4L8 12v3h7v-3h2z",
  theme: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zm0 2.200v13.600a6.800 6.800 0 0 1 0-13.600z",
  image:
    "M4 5h16v14H4zm2 2v8.200l3.500-3.700 3 3.200 2.200-2.200L18 15.700V7zm9.200 1.300a1.500 1.500 0 1 1 0 3 1.500 1.500 0 0 1 0-3z",
  film: "M4 6h11v3.500l5-3v11l-5-3V18H4z",
  help: "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zm0 1.800a7.200 7.200 0 1 0 0 14.400 7.200 7.200 0 0 0 0-14.400zM11 15.600h2v2h-2zM8.600 9.700a3.400 3.400 0 0 1 6.800 0c0 2.300-2.500 2.500-2.500 4.400h-1.800c0-3 2.500-3.100 2.500-4.400a1.600 1.600 0 0 0-3.200 0z",
  close:
    "M6.400 5 12 10.600 17.600 5 19 6.400 13.400 12l5.600 5.600-1.400 1.400L12 13.400 6.400 19 5 17.600 10.600 12 5 6.400z",
} as const;

export type IconName = keyof typeof ICONS;

export function icon(name: IconName): SVGSVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", ICONS[name]);
  path.setAttribute("fill-rule", "evenodd");
  svg.append(path);
  return svg;
}

/** Make a button with a label for screen readers, which is also its tooltip. */
export function button(
  label: string,
  content: Child,
  action: () => void,
  attributes: Attributes = {},
): HTMLButtonElement {
  const made = element(
    "button",
    { type: "button", "aria-label": label, title: label, ...attributes },
    content,
  );
  made.addEventListener("click", action);
  return made;
}

export function setIcon(target: HTMLElement, name: IconName): void {
  if (target.dataset.icon === name) return;
  target.dataset.icon = name;
  target.replaceChildren(icon(name));
}

/** Return a canvas's context, with the canvas as large as its element on the screen. */
export function fitCanvas(canvas: HTMLCanvasElement): [CanvasRenderingContext2D, number, number] {
  const ratio = Math.min(window.devicePixelRatio || 1, 2);
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
  }
  const context = canvas.getContext("2d") as CanvasRenderingContext2D;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return [context, width, height];
}
