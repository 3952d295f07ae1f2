import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the page shows: the last part of its path. */
export type View = 'index' | 'status' | 'flamegraph' | 'stalls' | 'stats' | 'show_req_times';

/** Changes that a person may ask for by typing their address. */
export type Change = 'pause' | 'unpause' | 'set_interval' | 'reset';

/** What the shell of the page is made for. */
export interface ShellPage {
  readonly view: View;
  /** Goes with every change. */
  readonly token: string;
  /** Who is logged in, where that is known. */
  readonly user: string | undefined;
  /** Whether the stand-alone server serves it, beside the application. */
  readonly isBeside: boolean;
  readonly hasRequestTimes: boolean;
}

/** A file that the page loads. */
export interface Asset {
  readonly bytes: Uint8Array;
  readonly type: string;
  readonly etag: string;
}

const titles: Record<View, string> = {
  index: 'Functions',
  status: 'Functions',
  flamegraph: 'Flame graph',
  stalls: 'Stalls',
  stats: 'Profiler',
  show_req_times: 'Requests',
};

/** The links between the views: the path of each, and the views it stands for. */
const links: readonly (readonly [path: string, views: readonly View[]])[] = [
  ['./', ['index', 'status']],
  ['flamegraph', ['flamegraph']],
  ['stalls', ['stalls']],
  ['show_req_times', ['show_req_times']],
  ['stats', ['stats']],
];

/**
 * The HTML of the page, the same for all views but for where it begins. It has no
 * script, style or handler within it, so that a policy can forbid them all. Its
 * links are beside its path: who knows what a proxy calls it.
 */
export function shellOf(page: ShellPage): string {
  const { view, token, user, isBeside, hasRequestTimes } = page;
  const navigation = links
    .filter(([, views]) => hasRequestTimes || !views.includes('show_req_times'))
    .map(([path, views]) => {
      const current = views.includes(view) ? ' aria-current="page"' : '';
      return `<a href="${path}"${current}>${titles[views[0] as View]}</a>`;
    })
    .join('\n');
  return fill(template(), {
    title: `${titles[view]} – ox-profile`,
    token,
    view,
    navigation: { html: navigation },
    user: user ?? '',
    place: isBeside ? 'beside the application' : '',
  });
}

const changes: Record<Change, readonly [title: string, text: string, button: string]> = {
  pause: ['Pause the profiler', 'It stops taking samples and keeps its counts.', 'Pause'],
  unpause: ['Let the profiler run', 'It takes samples, and goes on with its counts.', 'Run'],
  set_interval: [
    'Change the interval',
    'Time between two samples, from 0.1 to 10 000 milliseconds. The counts stay.',
    'Change',
  ],
  reset: ['Reset the counts', 'All counts and times are forgotten. This cannot be undone.', 'Reset'],
};

/** What a browser gets that was sent to a change by its address: one button that
 * asks for it. */
export function confirmPage(page: {
  readonly change: Change;
  readonly token: string;
  /** What to put into the field of `set_interval`. */
  readonly intervalMillis?: number | undefined;
}): string {
  const { change, token, intervalMillis = 10 } = page;
  const [title, text, button] = changes[change];
  const field =
    change === 'set_interval'
      ? '<label>Interval <input name="interval" type="number" min="0.1" max="10000" step="any" ' +
        `required value="${escaped(String(intervalMillis))}"> ms</label>`
      : '';
  return plainPage(
    title,
    '.',
    `<p>${escaped(text)}</p>
<form method="post" action="${change}">
<input type="hidden" name="token" value="${escaped(token)}">
${field}
<button type="submit" class="primary">${escaped(button)}</button>
<a href="./">Leave it as it is</a>
</form>`,
  );
}

/** A page of one message: what was refused, and why.
 *
 * @param base where the pages are mounted, without a slash at its end */
export function messagePage(title: string, message: string, base: string): string {
  return plainPage(title, base, `<p class="message">${escaped(message)}</p>`);
}

function plainPage(title: string, base: string, body: string): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="same-origin">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${escaped(base)}/assets/page.css">
<title>${escaped(title)} – ox-profile</title>
</head>
<body class="plain">
<main>
<h1>${escaped(title)}</h1>
${body}
</main>
</body>
</html>
`;
}

const types: Record<string, string> = {
  'page.js': 'text/javascript; charset=utf-8',
  'page.css': 'text/css; charset=utf-8',
};

const assets = new Map<string, Asset>();

/** A file of the page by its name; undefined where there is none. It is read when
 * first asked for. */
export function assetNamed(name: string): Asset | undefined {
  if (!Object.hasOwn(types, name)) return undefined;
  let asset = assets.get(name);
  if (asset === undefined) {
    const bytes = readFileSync(browserFile(name));
    const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
    asset = { bytes, type: types[name] as string, etag };
    assets.set(name, asset);
  }
  return asset;
}

let loadedTemplate: string | undefined;

function template(): string {
  loadedTemplate ??= readFileSync(browserFile('page.html'), 'utf8');
  return loadedTemplate;
}

/** What `npm run build:browser` made. */
function browserFile(name: string): string {
  return join(__dirname, '..', 'browser', name);
}

/** Puts fields in their places: text, escaped, unless it is said to be HTML. */
function fill(page: string, fields: Record<string, string | { readonly html: string }>): string {
  return page.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const field = fields[name] ?? '';
    return typeof field === 'string' ? escaped(field) : field.html;
  });
}

/** Text of whoever wrote it, for HTML and its attributes in quotes. */
function escaped(text: string): string {
  return text.replace(/[&<>"'\0]/g, (character) => `&#${character === '\0' ? '65533' : String(character.charCodeAt(0))};`);
}
