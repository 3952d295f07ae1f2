import stringWidth from 'string-width';

let segmenter: Intl.Segmenter | undefined;

/** The characters of `text` as people count them. Made when first needed: it
 * takes 10 ms. */
function graphemes(text: string): string[] {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  return Array.from(segmenter.segment(text), (part) => part.segment);
}

/** Columns that `text` takes in a terminal: wide characters take two. */
export function displayWidth(text: string): number {
  return stringWidth(text);
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - displayWidth(text))) + text;
}

/** `text` without characters that would move the cursor, change colours or
 * reorder what stands beside them: names come from profiled code. */
export function printable(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, '\ufffd');
}

/** `text` in at most `width` columns, with `…` for what its middle loses. */
export function shortenMiddle(text: string, width: number): string {
  // Of a very long text only the ends can be shown, and need be looked at.
  const most = width * 16;
  const ends = text.length > 2 * most ? `${text.slice(0, most)}${text.slice(-most)}` : text;
  if (displayWidth(ends) <= width) return ends;
  const parts = graphemes(ends);
  const tailWidth = Math.floor((width - 1) / 2);
  const tail = take(parts.toReversed(), tailWidth).toReversed().join('');
  const head = take(parts, width - 1 - displayWidth(tail)).join('');
  return `${head}…${tail}`;
}

function take(parts: readonly string[], width: number): string[] {
  const taken: string[] = [];
  let used = 0;
  for (const part of parts) {
    used += displayWidth(part);
    if (used > width) break;
    taken.push(part);
  }
  return taken;
}
