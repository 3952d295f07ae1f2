import type { Second } from '../../web/api';

/** The part of time that the timeline shows. */
export interface Stretch {
  readonly fromMillis: number;
  readonly toMillis: number;
}

export interface StripColours {
  readonly text: string;
  readonly line: string;
  readonly busy: string;
  readonly gc: string;
  readonly stalled: string;
  readonly paused: string;
}

/** Pixels below the bars, for the times. */
export const FOOT = 18;
/** Pixels above them, for the scale and for stalls. */
export const TOP = 24;

/** More would make a second too thin to be pointed at. */
const STRETCHES_MINUTES = [1, 2, 5];
const MINUTE_MILLIS = 60_000;
/** Seconds follow one another; what is further apart has a pause between. */
const GAP_MILLIS = 1500;

/** The shortest stretch that has room for all seconds that are known, or the
 * longest, as long as each second has a pixel. */
export function stretchOf(seconds: readonly Second[], nowMillis: number, width: number): Stretch {
  const last = seconds.at(-1);
  const toMillis = Math.max(nowMillis, last === undefined ? 0 : endOf(last));
  const known = toMillis - (seconds[0]?.atMillis ?? toMillis);
  const most = width / 60;
  const fitting = STRETCHES_MINUTES.filter((each) => each <= 2 || each <= most);
  const minutes = fitting.find((each) => known <= each * MINUTE_MILLIS) ?? (fitting.at(-1) ?? 1);
  return { fromMillis: toMillis - minutes * MINUTE_MILLIS, toMillis };
}

export function endOf({ atMillis, durationMillis }: Second): number {
  return atMillis + durationMillis;
}

/** Percent of the time at work, with the garbage collector; of several threads
 * together it may be more than 100. */
export function busyOf({ busyMillis, gcMillis, durationMillis }: Second): number {
  return durationMillis > 0 ? ((busyMillis + gcMillis) / durationMillis) * 100 : 0;
}

/** Draws the seconds as bars: work, on it the garbage collector; pauses between. */
export function paintStrip(
  context: CanvasRenderingContext2D,
  size: { readonly width: number; readonly height: number },
  seconds: readonly Second[],
  stretch: Stretch,
  colours: StripColours,
  threads: number,
): void {
  const { width, height } = size;
  const ground = height - FOOT;
  const shown = seconds.filter((second) => endOf(second) > stretch.fromMillis);
  // One thread has no more than a whole second in a second, whatever is measured.
  const most = Math.ceil(Math.max(0, ...shown.map(busyOf)) / 100 - 0.05);
  const top = Math.max(1, Math.min(threads, most)) * 100;
  const x = (millis: number): number =>
    ((millis - stretch.fromMillis) / (stretch.toMillis - stretch.fromMillis)) * width;
  const y = (share: number): number => ground - (Math.min(share, top) / top) * (ground - TOP);
  context.clearRect(0, 0, width, height);
  paintGrid(context, size, stretch, colours, x);
  for (const [from, to] of gaps(seconds, stretch)) {
    hatch(context, x(from), x(to), TOP, ground, colours.paused);
  }
  for (const second of shown) {
    const left = Math.max(0, x(second.atMillis));
    const right = x(endOf(second));
    const wide = Math.max(0.6, right - left - (right - left > 3 ? 1 : 0));
    const busy = busyOf(second);
    const gc = second.durationMillis > 0 ? Math.min(busy, (second.gcMillis / second.durationMillis) * 100) : 0;
    context.fillStyle = colours.busy;
    context.fillRect(left, y(busy - gc), wide, ground - y(busy - gc));
    context.fillStyle = colours.gc;
    context.fillRect(left, y(busy), wide, y(busy - gc) - y(busy));
    if (second.stalled) {
      context.fillStyle = colours.stalled;
      context.fillRect(left, TOP - 9, Math.max(2, right - left), 6);
    }
  }
  context.fillStyle = colours.line;
  context.fillRect(0, ground, width, 1);
  paintScale(context, width, top, y, colours);
}

function paintGrid(
  context: CanvasRenderingContext2D,
  { width, height }: { readonly width: number; readonly height: number },
  { fromMillis, toMillis }: Stretch,
  colours: StripColours,
  x: (millis: number) => number,
): void {
  const minutes = (toMillis - fromMillis) / MINUTE_MILLIS;
  const step = minutes <= 1 ? 15_000 : minutes <= 2 ? 30_000 : MINUTE_MILLIS;
  context.font = "11px system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif";
  context.textBaseline = 'alphabetic';
  for (let ago = 0; ago <= toMillis - fromMillis; ago += step) {
    const at = x(toMillis - ago);
    const label = ago === 0 ? 'now' : ago % MINUTE_MILLIS === 0 ? `−${ago / MINUTE_MILLIS} min` : `−${ago / 1000} s`;
    const wide = context.measureText(label).width;
    // On a narrow screen not all have room.
    if (width < 500 && (ago / step) % 2 === 1) continue;
    context.fillStyle = colours.line;
    context.fillRect(Math.min(width - 1, Math.round(at)), TOP, 1, height - FOOT - TOP);
    context.fillStyle = colours.text;
    context.fillText(label, Math.max(0, Math.min(width - wide, at - wide / 2)), height - 4);
  }
}

/** The highest share, on a ground that bars cannot hide it with. */
function paintScale(
  context: CanvasRenderingContext2D,
  width: number,
  top: number,
  y: (share: number) => number,
  colours: StripColours,
): void {
  context.fillStyle = colours.line;
  for (let share = 100; share <= top; share += 100) context.fillRect(0, y(share), width, 1);
  context.fillStyle = colours.text;
  context.fillText(`${top} %`, 0, TOP - 13);
}

/** Where no seconds are, since the first one. */
function gaps(seconds: readonly Second[], { fromMillis, toMillis }: Stretch): [number, number][] {
  const found: [number, number][] = [];
  seconds.forEach((second, index) => {
    const from = endOf(second);
    const to = seconds[index + 1]?.atMillis ?? toMillis;
    // The newest second is not over yet.
    const least = index + 1 < seconds.length ? GAP_MILLIS : 2 * GAP_MILLIS;
    if (to - from >= least && to > fromMillis) found.push([Math.max(from, fromMillis), to]);
  });
  return found;
}

function hatch(
  context: CanvasRenderingContext2D,
  left: number,
  right: number,
  top: number,
  bottom: number,
  colour: string,
): void {
  context.save();
  context.beginPath();
  context.rect(left, top, right - left, bottom - top);
  context.clip();
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.beginPath();
  const high = bottom - top;
  for (let at = Math.floor(left / 7) * 7 - high; at < right; at += 7) {
    context.moveTo(at, bottom);
    context.lineTo(at + high, top);
  }
  context.stroke();
  context.restore();
}
