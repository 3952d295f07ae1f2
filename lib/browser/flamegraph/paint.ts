import type { Colours, Palette } from './colours';
import { points } from './format';
import { isMatch, type Found } from './search';
import type { Source } from './source';
import { ALL, changeOf, threadOf, type View } from './view';

export const ROW = 21;
const FONT = "12px ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace";
const PADDING = 5;
/** Below so many pixels a frame has no label. */
const LABELLED = 26;
/** Below so many pixels frames become a line of one colour. */
const THIN = 0.7;

/** What of the tree is drawn, and where. */
export interface Scene {
  readonly source: Source;
  readonly view: View;
  readonly colours: Colours;
  readonly palette: Palette;
  readonly found: Found | null;
  /** Part of the tree's width that fills the canvas. */
  readonly from: number;
  readonly to: number;
  readonly growsUp: boolean;
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
  /** Of the whole tree above the canvas. */
  readonly scrolled: number;
  readonly focused: number;
  readonly hovered: number;
  readonly showsFocus: boolean;
}

/** Pixels that the whole tree is high. */
export function heightOf(view: View): number {
  return (view.maxDepth + 1) * ROW;
}

export function topOf(view: View, node: number, growsUp: boolean): number {
  const depth = view.depth[node] as number;
  return (growsUp ? view.maxDepth - depth : depth) * ROW;
}

export function labelOf(source: Source, view: View, node: number): string {
  const frame = view.frame[node] as number;
  if (frame === ALL) return 'all';
  const thread = threadOf(frame);
  return thread === undefined ? source.name(frame) : source.threadName(thread);
}

/** The label of a frame and, of a comparison, what became of it. */
function fullLabel(source: Source, view: View, node: number): string {
  const label = labelOf(source, view, node);
  const changed = changeOf(view, node);
  if (changed === undefined || node === 0) return label;
  return `${points(changed.share)} ${label}`;
}

/** The node at a place on the canvas, or -1. */
export function nodeAt(scene: Scene, left: number, top: number): number {
  const { view, from, to, width, growsUp, scrolled } = scene;
  const row = Math.floor((top + scrolled) / ROW);
  const depth = growsUp ? view.maxDepth - row : row;
  const x = from + (left / width) * (to - from);
  let node = 0;
  while (node < view.length) {
    const start = view.x[node] as number;
    if (x < start || x >= start + (view.width[node] as number)) node = view.end[node] as number;
    else if (view.depth[node] === depth) return node;
    else node++;
    if (node < view.length && (view.x[node] as number) > x) return -1;
  }
  return -1;
}

/** Draws the whole scene. Subtrees that cannot be seen are passed over. */
export function paint(context: CanvasRenderingContext2D, scene: Scene): void {
  const { view, from, to, width, height, palette } = scene;
  context.fillStyle = palette.back;
  context.fillRect(0, 0, width, height);
  context.font = FONT;
  context.textBaseline = 'middle';
  const letter = context.measureText('m').width;
  const scale = width / (to - from);
  const thinUntil = new Float64Array(view.maxDepth + 1).fill(-1);
  let node = 0;
  while (node < view.length) {
    const left = ((view.x[node] as number) - from) * scale;
    const wide = (view.width[node] as number) * scale;
    if (left >= width || left + wide <= 0) {
      node = view.end[node] as number;
    } else if (wide < THIN) {
      paintThin(context, scene, node, left, wide, thinUntil);
      node = view.end[node] as number;
    } else {
      paintNode(context, scene, node, Math.max(0, left), Math.min(width, left + wide), letter);
      node++;
    }
  }
  paintFrame(context, scene, scene.hovered, scale, palette.text, 1);
  if (scene.showsFocus) paintFrame(context, scene, scene.focused, scale, palette.focus, 3);
}

/** Many thin frames side by side are one line: a gap would look like none. */
function paintThin(
  context: CanvasRenderingContext2D,
  scene: Scene,
  node: number,
  left: number,
  wide: number,
  thinUntil: Float64Array,
): void {
  const { view, growsUp, scrolled, height, palette, found } = scene;
  const top = topOf(view, node, growsUp) - scrolled;
  const depth = view.depth[node] as number;
  const pixel = Math.floor(left);
  if (top > height || top < -ROW || left + wide <= (thinUntil[depth] as number)) return;
  thinUntil[depth] = pixel + 1;
  const matches = found !== null && isMatch(view, found, node);
  context.fillStyle = matches ? palette.mark : palette.thin;
  context.fillRect(pixel, top, 1, ROW - 1);
}

function paintNode(
  context: CanvasRenderingContext2D,
  scene: Scene,
  node: number,
  left: number,
  right: number,
  letter: number,
): void {
  const { source, view, colours, palette, found, growsUp, scrolled, height } = scene;
  const top = topOf(view, node, growsUp) - scrolled;
  if (top > height || top < -ROW) return;
  const matches = found !== null && isMatch(view, found, node);
  const faded = found !== null && !matches;
  const wide = right - left;
  const gap = wide > 3 ? 1 : wide > 1.5 ? 0.5 : 0;
  context.fillStyle = faded ? palette.faded : colours.of(node);
  context.fillRect(left, top, wide - gap, ROW - 1);
  if (matches) {
    context.fillStyle = palette.mark;
    context.fillRect(left, top + ROW - 4, wide - gap, 3);
  }
  if (wide < LABELLED) return;
  context.fillStyle = faded ? palette.fadedText : palette.text;
  const room = wide - 2 * PADDING;
  const text = fullLabel(source, view, node);
  const letters = Math.floor(room / letter);
  // A figure that is cut short would be another.
  if (source.isDiff && node !== 0 && letters <= text.indexOf(' ') + 1) return;
  const fitting = text.length <= letters ? text : `${text.slice(0, Math.max(1, letters - 1))}…`;
  // Characters of other scripts can be wider than a letter.
  // eslint-disable-next-line no-control-regex
  if (/^[\u0000-\u024f…−±]*$/.test(fitting)) {
    context.fillText(fitting, left + PADDING, top + ROW / 2);
  } else {
    context.save();
    context.beginPath();
    context.rect(left, top, wide - PADDING, ROW);
    context.clip();
    context.fillText(fitting, left + PADDING, top + ROW / 2);
    context.restore();
  }
}

function paintFrame(
  context: CanvasRenderingContext2D,
  scene: Scene,
  node: number,
  scale: number,
  colour: string,
  thickness: number,
): void {
  const { view, from, width, growsUp, scrolled } = scene;
  if (node < 0 || node >= view.length) return;
  const left = Math.max(0, ((view.x[node] as number) - from) * scale);
  const end = ((view.x[node] as number) + (view.width[node] as number) - from) * scale;
  const right = Math.min(width, end);
  if (right < 0 || left > width) return;
  const top = topOf(view, node, growsUp) - scrolled;
  const inset = thickness / 2;
  context.strokeStyle = colour;
  context.lineWidth = thickness;
  const wide = Math.max(2, right - left - 1) - thickness;
  context.strokeRect(left + inset, top + inset, Math.max(1, wide), ROW - 1 - thickness);
}
