// Reads what the sanitizers wrote, and tells what of it is the addon's.
//
// Node.js is not instrumented: of what it does the sanitizers see the calls of the
// C library, but no atomics, and no pointers in V8's heap. So they report races
// and leaks of Node.js that are none.
//
// - A race counts when the addon itself made one of the accesses, or the memory.
//   What V8 does within is left out, also where the addon called it.
// - A leak counts when the addon is in the stack of the allocation: it may have to
//   delete what Node.js made for it.
// - Any other report counts wherever it comes from.
//
// What is Node.js's all the same, the file of suppressions names.

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, normalize } from 'node:path';

import { root } from './node-versions.mjs';

/** How frames have to be printed (the option stack_trace_format). */
export const frameFormat = '    #%n (%m+%o)';

const framePattern = /^ +#\d+ \((?<file>.*)\+(?<offset>0x[0-9a-f]+)\)$/;
const addonPattern = /\/ox_profile\w*\.node$/;
const libraryPattern = /\/(ld-linux|lib(a|t|ub)san|libstdc\+\+|libgcc_s|lib[cm]\.)[^/]*$/;

/** What is no report: blank, or said beside one. */
const remarkPattern = /^(\w+:DEADLYSIGNAL|ThreadSanitizer: reported \d+ warnings)?\s*$/;

/** Stacks that only tell where a thread or a lock of a race came from. */
const originPattern = /^ +(Thread T\d+|Mutex M\d+) .*created|^ +As if synchronized/;

/** Frames shown of a stack that the addon is not in. */
const maxOtherFrames = 8;

/**
 * @typedef {object} Report
 * @property {'leak' | 'race' | 'error' | 'unsearched'} kind
 * @property {string} text
 * @property {boolean} counts unless a suppression names it
 */

/**
 * All reports in the files of a folder.
 *
 * @param {string} folder
 * @returns {Report[]}
 */
export function readReports(folder) {
  return readdirSync(folder).flatMap((name) => parse(readFileSync(join(folder, name), 'utf8')));
}

/** @returns {Report[]} */
function parse(log) {
  return log
    .split(/^={10,}\n/m)
    .filter((text) => !remarkPattern.test(text))
    .flatMap((text) => {
      const sections = sectionsOf(text);
      // The search reads all memory, some of which V8 unmaps meanwhile.
      if (text.includes('LeakSanitizer has encountered a fatal error')) {
        return [{ kind: 'unsearched', text, counts: false }];
      }
      if (text.includes('ERROR: LeakSanitizer: detected memory leaks')) {
        return sections
          .filter((section) => /^(Direct|Indirect) leak/.test(section))
          .map((section) => ({ kind: 'leak', text: section, counts: hasAddonFrame(section) }));
      }
      if (text.includes('WARNING: ThreadSanitizer:')) {
        const stacks = sections.filter((section) => !originPattern.test(section));
        // A thread that nobody joins has nothing but an origin.
        const counts = text.includes('thread leak')
          ? hasAddonFrame(text)
          : stacks.some(beginsInAddon);
        return [{ kind: 'race', text, counts }];
      }
      return [{ kind: 'error', text, counts: true }];
    });
}

function sectionsOf(text) {
  return text.split(/\n\s*\n/);
}

/** The file and the offset of a line that is a frame. */
function frameOf(line) {
  return framePattern.exec(line)?.groups;
}

function isAddonFrame(line) {
  return addonPattern.test(frameOf(line)?.file ?? '');
}

function hasAddonFrame(section) {
  return section.split('\n').some(isAddonFrame);
}

/** Whether the addon, or a library that it called, is where a stack ends. */
function beginsInAddon(section) {
  const frames = section.split('\n').filter(frameOf);
  return isAddonFrame(frames.find((line) => !libraryPattern.test(frameOf(line).file)) ?? '');
}

/**
 * The reports that count, with names for addresses. Those with the same frames
 * are one, with the number of times it came.
 *
 * @param {Report[]} reports
 * @param {string} suppressionsFile
 * @returns {{ text: string, times: number }[]}
 */
export function failures(reports, suppressionsFile) {
  const suppressions = readSuppressions(suppressionsFile);
  const counting = reports.filter(({ counts }) => counts);
  const nameOf = namesOf(counting);
  const found = new Map();
  for (const { kind, text } of counting) {
    const lines = sectionsOf(text.trimEnd()).flatMap((section) => [...shorten(section), '']);
    const named = lines.map((line) => nameOf(frameOf(line)) ?? line).join('\n').trimEnd();
    if (suppressions.some((one) => one.kind === kind && named.includes(one.part))) continue;
    // Processes, threads, addresses and sizes differ from one to the next.
    const key = named.replace(/0x[0-9a-f]+|\d+/g, '');
    const before = found.get(key);
    found.set(key, { text: before?.text ?? named, times: (before?.times ?? 0) + 1 });
  }
  return [...found.values()];
}

function readSuppressions(file) {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const suppression = /^(?<kind>leak|race):(?<part>.+)$/.exec(line)?.groups;
      if (suppression === undefined) throw new Error(`Expected leak: or race: in ${file}: ${line}`);
      return suppression;
    });
}

/** The lines of a section up to the addon's last frame: below is how Node.js came to it. */
function shorten(section) {
  const lines = section.split('\n');
  const last = lines.findLastIndex(isAddonFrame);
  const end = last >= 0 ? last : lines.findIndex(frameOf) + maxOtherFrames - 1;
  return lines.filter((line, i) => i <= end || frameOf(line) === undefined);
}

/** A function from a frame of these reports to a line that names it. */
function namesOf(reports) {
  const offsets = new Map();
  for (const { text } of reports) {
    for (const line of text.split('\n')) {
      const { file, offset } = frameOf(line) ?? {};
      if (file !== undefined) offsets.set(file, (offsets.get(file) ?? new Set()).add(offset));
    }
  }
  const names = new Map();
  for (const [file, ofFile] of offsets) {
    const { stdout } = spawnSync('addr2line', ['-aCfip', '-e', file], {
      input: [...ofFile].join('\n'),
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    // "0x000000000000abcd: name at file:line"; below it " (inlined by) name at …".
    for (const answer of (stdout ?? '').split(/^(?=0x)/m)) {
      const [first, ...callers] = answer.trimEnd().split('\n').map(localPath);
      const [offset, name] = first.split(/: (.*)/, 2);
      const ours = callers.filter((caller) => !caller.includes(' at /'));
      names.set(`${file}+${Number(offset)}`, [name, ...ours].join('\n     '));
    }
  }
  return (frame) => {
    if (frame === undefined) return undefined;
    const name = names.get(`${frame.file}+${Number(frame.offset)}`);
    return `    ${name ?? '??'} (${basename(frame.file)}+${frame.offset})`;
  };
}

/** A line of addr2line with a path from the checkout's root, where the file is in it. */
function localPath(line) {
  return line.replace(/(?<= at )\/.*/, (path) =>
    normalize(path)
      .replace(`${root}/`, '')
      .replace(/^\.cache\/sanitize\/\w+\//, ''),
  );
}
