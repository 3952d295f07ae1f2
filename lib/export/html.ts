import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expectOptions, expectText, wrongType } from '../arguments';
import { Profile } from '../profile/profile';
import { flameColumns, shown } from './flame-columns';
import type { FlameData, FlameFacts } from './flame-data';
import { checkExportOptions, type ExportOptions } from './options';
import { selfColumn } from './values';

/** What to say on the page beside the profile. */
export interface HtmlOptions {
  /** The page's title. Default: `Profile`, or `Profiles compared`. */
  title?: string;
  /** Sentences in the head of the page. Default: none. */
  notes?: readonly string[];
}

/**
 * A flame graph: one HTML page that works offline, asks no network and runs no
 * script but its own. The same profile and options give the same bytes.
 *
 * @throws TypeError for an option that is unknown or of the wrong type
 */
export function htmlOf(profile: Profile, options?: HtmlOptions): Uint8Array {
  expectProfile('profile', profile);
  const { title, notes } = checkOptions(options);
  return page({
    title: shown(title ?? 'Profile'),
    facts: [factsOf('', profile)],
    notes: notes.map(shown),
    ...flameColumns([profile]),
  });
}

/** `htmlOf` as one of the formats. */
export function encodeHtml(profile: Profile, options?: ExportOptions): Uint8Array {
  const { title, value } = checkExportOptions(options);
  // The page has all that were measured, to choose from.
  if (value !== undefined) selfColumn(profile, value);
  return htmlOf(profile, title === undefined ? {} : { title });
}

/**
 * A flame graph of what changed, in which widths are the mean of both shares:
 * what is gone can be seen too. Each profile is taken relative to its own total.
 * Of `Profile.diff()` functions that moved within their file are still the same.
 *
 * @throws TypeError for profiles that are none, or an option likewise
 */
export function htmlOfDiff(
  profiles: { readonly before: Profile; readonly after: Profile },
  options?: HtmlOptions,
): Uint8Array {
  const { before, after } = profiles;
  expectProfile('before', before);
  expectProfile('after', after);
  const { title, notes } = checkOptions(options);
  return page({
    title: shown(title ?? 'Profiles compared'),
    facts: [factsOf('before', before), factsOf('after', after)],
    notes: notes.map(shown),
    ...flameColumns([before, after]),
  });
}

function expectProfile(name: string, value: unknown): void {
  if (!(value instanceof Profile)) throw wrongType('a Profile', name, value);
}

function checkOptions(options: unknown): { title: string | undefined; notes: readonly string[] } {
  const { title, notes = [] } = expectOptions('the HTML options', options, ['title', 'notes']);
  if (!Array.isArray(notes)) throw wrongType('an array of strings', 'notes', notes);
  return {
    title: title === undefined ? undefined : expectText('title', title),
    notes: notes.map((note: unknown, index) => expectText(`notes[${String(index)}]`, note)),
  };
}

function factsOf(of: string, profile: Profile): FlameFacts {
  const { sums, realInterval, intervalMillis, threads, startMillis, dropped } = profile;
  const facts: [string, string][] = [['samples', grouped(sums.samples)]];
  if (sums.idleSamples > 0) facts.push(['idle samples', grouped(sums.idleSamples)]);
  if (sums.durationMillis > 0) {
    facts.push(['duration', `${(sums.durationMillis / 1000).toFixed(1)} s`]);
    const idle = sums.threadMillis > 0 ? (sums.idleMillis / sums.threadMillis) * 100 : 0;
    facts.push(['idle time', `${idle.toFixed(1)} %`]);
  }
  if (intervalMillis > 0) facts.push(['interval', intervalText(intervalMillis, realInterval)]);
  if (threads.length > 1) facts.push(['threads', String(threads.length)]);
  facts.push(['dropped', grouped(dropped)]);
  // Beyond that there is no date; a profile may come from anywhere.
  if (startMillis > 0 && startMillis <= 8.64e15) {
    facts.push(['began', new Date(startMillis).toISOString().replace(/\.\d+Z$/, 'Z')]);
  }
  return { of, facts };
}

function intervalText(asked: number, real: Profile['realInterval']): string {
  if (real === null) return `${asked.toFixed(2)} ms asked for`;
  return `${real.mean.toFixed(2)} ± ${real.stdev.toFixed(2)} ms (asked for ${asked.toFixed(2)} ms)`;
}

function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

interface Parts {
  readonly template: string;
  readonly script: string;
  readonly style: string;
}

let loaded: Parts | undefined;

/** What `npm run build:browser` made. Read when first needed. */
function parts(): Parts {
  const read = (name: string): string =>
    readFileSync(join(__dirname, '..', 'browser', name), 'utf8');
  loaded ??= {
    template: read('flamegraph.html'),
    // In a script element its own end tag would end it.
    script: read('flamegraph.js').trim().replaceAll('</script', '<\\/script'),
    style: read('flamegraph.css').trim(),
  };
  return loaded;
}

function page(data: FlameData): Uint8Array {
  const { template, script, style } = parts();
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(style)}`,
    // The icon is an empty `data:` URL, which keeps a browser from asking for one.
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    // No text can become HTML or code, whatever the script does.
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
  const fields: Record<string, string> = {
    policy,
    style,
    script,
    title: escaped(data.title),
    // Within JSON a `<` can only stand in a string.
    data: JSON.stringify(data).replaceAll('<', '\\u003c'),
  };
  const html = template.replace(/\{\{(\w+)\}\}/g, (_, name: string) => fields[name] ?? '');
  return new TextEncoder().encode(html);
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${String(character.charCodeAt(0))};`);
}
