// What is tested where: the kinds of tests, what each needs, and the Node.js it
// runs on. scripts/test.mjs runs them by this.

/**
 * @typedef {object} Kind
 * @property {string} what the tests are about
 * @property {string[]} folders of test/ that hold them
 * @property {'ends' | 'every' | 'one'} nodes on the oldest and the newest Node.js, on
 *   every major, or on one
 * @property {boolean} sanitized whether AddressSanitizer and ThreadSanitizer run them:
 *   what touches native code or threads
 * @property {string} [alone] the reason why its files run one at a time
 */

/** @type {Record<string, Kind>} */
export const kinds = {
  model: {
    what: 'the profile model, formats, readers, statistics and source maps',
    folders: ['profile', 'export', 'read', 'source-maps'],
    nodes: 'ends',
    sanitized: false,
  },
  web: {
    what: 'pages, without a browser',
    folders: ['web'],
    nodes: 'ends',
    sanitized: false,
  },
  browser: {
    what: 'pages in Chromium',
    folders: ['browser'],
    nodes: 'one',
    sanitized: false,
  },
  addon: {
    what: 'launcher, threads, observers',
    folders: ['launcher', 'threads', 'observe'],
    nodes: 'every',
    sanitized: true,
  },
  hazards: {
    what: 'life cycles, storms of workers, other profilers',
    folders: ['hazards'],
    nodes: 'every',
    sanitized: true,
  },
  truth: {
    what: 'shares of time, and time',
    folders: ['truth'],
    nodes: 'every',
    sanitized: false,
    alone: 'each compares times, and needs a core to itself',
  },
};

/** Files of other kinds that run alone, after the rest, each with the reason. */
export const alone = {};

/** Files that take longest, in the order in which they begin. */
export const first = [
  'browser/page-requests',
  'launcher/max-overhead',
  'browser/html',
  'browser/page',
  'browser/application',
  'browser/page-standstill',
  'export/speedscope-reader',
  'browser/accessibility',
  'web/pages',
  'hazards/life-cycles',
  'web/serve',
  'launcher/worker-exit',
  'source-maps/source-maps',
];
