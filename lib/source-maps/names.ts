import type { SourceMap } from './source-map';

// How far back a name is looked for, in characters of the line: the line may be
// the whole program.
const REACH = 256;
const REACH_OF_CLASS = 65_536;

/** What stands between the name of a function and the place that V8 gives for it:
 * nothing in `name(`, and in `name = async function (` all of the rest. */
const BETWEEN =
  /^["'`\]]?\s*(?:[=:]\s*)?(?:\(\s*)?(?:async\b\s*)?(?:function\b\s*\*?|class\b|\*)?\s*$/;

/**
 * The original name of a function. V8 gives the place of its parameters, but the
 * map has the name where the name is: it is looked for in the generated text
 * before them. What stands at the parameters would often be the name of the first.
 *
 * @param text the generated line; undefined where it is not known
 */
export function originalName(
  map: SourceMap,
  text: string | undefined,
  { name, line, column }: { name: string; line: number; column: number },
): string {
  // `exports.run`, `get size`: the last word is what the text has.
  const word = /[\p{ID_Continue}$#]+$/u.exec(name)?.[0];
  if (word === undefined || !map.hasNames) return name;
  const place =
    text === undefined ? column - word.length : placeOfName(text, word, column);
  const original = place === undefined || place < 1 ? undefined : map.nameAt(line, place);
  return original === undefined ? name : name.slice(0, -word.length) + original;
}

/** The column, from 1, of the name of the function whose parameters are at `column`. */
function placeOfName(text: string, word: string, column: number): number | undefined {
  const end = column - 1;
  const start = Math.max(0, end - REACH);
  const before = text.slice(start, end);
  for (let at = before.lastIndexOf(word); at >= 0; at = before.lastIndexOf(word, at - 1)) {
    const isWord = at === 0 || !/[\p{ID_Continue}$#]/u.test(before.charAt(at - 1));
    if (isWord && BETWEEN.test(before.slice(at + word.length))) return start + at + 1;
    if (at === 0) break;
  }
  if (before.endsWith('constructor')) return placeOfClass(text, end, word);
  return undefined;
}

/** Where the class of a constructor has its name, on the line of the constructor. */
function placeOfClass(text: string, end: number, word: string): number | undefined {
  const start = Math.max(0, end - REACH_OF_CLASS);
  const before = text.slice(start, end);
  const declared = before.lastIndexOf(`class ${word}`);
  const assigned = before.lastIndexOf(`${word}=class`);
  if (declared < 0 && assigned < 0) return undefined;
  return start + 1 + (declared > assigned ? declared + 'class '.length : assigned);
}
