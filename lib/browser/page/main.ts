import type { Status, Tick } from '../../web/api';
import { byId, fillChoices, typedById } from '../flamegraph/elements';
import { Controls } from './controls';
import { Downloads } from './downloads';
import { Figures } from './figures';
import { FlameView } from './flame';
import { FunctionsView } from './functions';
import { Head, notify } from './head';
import { RequestsView } from './requests';
import { base, onLoggedOut } from './server';
import { Session } from './session';
import { StallsView } from './stalls';
import { StatsView } from './stats';
import { Stream } from './stream';
import { endOf } from './strip-paint';
import { Timeline, type LastSeconds, type Span } from './timeline';
import type { ViewPart } from './view-part';

const session = new Session();
const head = new Head();
const figures = new Figures();
const downloads = new Downloads(session);
const timeline = new Timeline(session, select);
const controls = new Controls((status) => takeStatus(status, session.takeStatus(status)));
const threadChoice = typedById('only-thread', HTMLSelectElement);

/** By the paths below the mount. */
const views: Readonly<Record<string, ViewPart>> = (() => {
  const functions = new FunctionsView(session, (sums) => figures.showSums(sums, session.selection.fromMillis !== undefined));
  const stalls = new StallsView(session, (span) => {
    // The server knows whole seconds, and most stalls are shorter.
    select(timeline.around(span));
    go(`${base}/`);
    byId('content').focus();
  });
  return {
    '': functions,
    index: functions,
    status: functions,
    flamegraph: new FlameView(session),
    stalls,
    show_req_times: new RequestsView(session),
    stats: new StatsView(session),
  };
})();

let view = viewAt(location.pathname);

function viewAt(path: string): ViewPart {
  const name = path.startsWith(base) ? path.slice(base.length).replace(/^\/+|\/+$/g, '') : '';
  return views[Object.hasOwn(views, name) ? name : ''] as ViewPart;
}

function showView(): void {
  view = viewAt(location.pathname);
  for (const each of new Set(Object.values(views))) each.section.hidden = each !== view;
  for (const link of document.querySelectorAll<HTMLAnchorElement>('#views a')) {
    if (viewAt(new URL(link.href).pathname) === view) {
      link.setAttribute('aria-current', 'page');
      document.title = `${link.textContent} – ox-profile`;
    } else {
      link.removeAttribute('aria-current');
    }
  }
  // The whole page has one span, but request times and costs are of all time.
  const isSelective = view === views[''] || view === views.flamegraph;
  byId('selection').hidden = !isSelective;
  byId('strip').inert = !isSelective;
  view.renew();
}

/** Goes to a view without loading the page anew. */
function go(path: string): void {
  history.pushState(null, '', path + addressSearch());
  showView();
}

/** What is selected stays in the address: it can be sent to others. */
function addressSearch(): string {
  const given = Object.entries(session.query()).filter(([, value]) => value !== undefined);
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return search === '' ? '' : `?${search}`;
}

function select(pick: Span | LastSeconds | undefined): void {
  if (pick !== undefined && 'lastMillis' in pick) session.follow(pick.lastMillis);
  else session.select({ ...pick, thread: session.selection.thread });
  showSelection();
  view.renew();
}

function showSelection(): void {
  history.replaceState(null, '', location.pathname + addressSearch());
  downloads.show();
  timeline.show();
}

function takeStatus(status: Status, isNew: boolean): void {
  head.show(status);
  controls.show(status);
  figures.show(status);
  showThreads(status);
  showStandstill();
  if (isNew || session.followedMillis > 0) showSelection();
  else timeline.show();
  if (isNew) view.renew();
  else view.refresh();
}

function showThreads({ threads }: Status): void {
  const each = threads.map(({ id, name, ended }) => {
    const label = name === '' ? `thread ${id}` : name;
    return [String(id), ended ? `${label} (ended)` : label] as const;
  });
  fillChoices(threadChoice, [['', 'all'], ...each]);
  const { thread } = session.selection;
  // One thread alone is no choice, unless a link has made it.
  byId('thread-choice').hidden = threads.length < 2 && thread === undefined;
  const chosen = thread === undefined ? '' : String(thread);
  if (threadChoice.value !== chosen) threadChoice.value = chosen;
}

/** Seconds come a little late. */
const RECENT_MILLIS = 4000;

/** A loop that stands still now is what its reader came for. */
function showStandstill(): void {
  const lately = session.seconds.slice(-2);
  // One short stall is no reason to disturb.
  const last = lately[1];
  // A pause ends what is known: the seconds before it are not of now.
  const isNow = last !== undefined && session.nowMillis - endOf(last) < RECENT_MILLIS;
  const isStill = isNow && session.status?.isPaused !== true && lately.every(({ stalled }) => stalled);
  const where = byId('standstill');
  if (isStill === (where.firstChild !== null)) return;
  where.replaceChildren();
  if (!isStill) return;
  const link = document.createElement('a');
  link.href = `${base}/stalls`;
  link.textContent = 'see in what';
  where.append('An event loop stands still: ', link);
}

threadChoice.addEventListener('change', () => {
  const thread = threadChoice.value === '' ? undefined : Number(threadChoice.value);
  session.selectThread(thread);
  showSelection();
  view.renew();
});

document.addEventListener('click', (event) => {
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  const isPlain = !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey && event.button === 0;
  if (link === null || !isPlain || link.origin !== location.origin || link.hasAttribute('download')) return;
  if (link.closest('#views, #brand, #standstill') === null) return;
  event.preventDefault();
  go(link.pathname);
  notify('');
});

window.addEventListener('popstate', () => {
  session.select(new Session().selection);
  downloads.show();
  timeline.show();
  showView();
});

document.addEventListener('visibilitychange', () => {
  if (!document.hidden) view.refresh();
});

const stream = new Stream(
  (tick: Tick) => takeStatus(tick.status, session.take(tick)),
  (state) => head.showStream(state),
);
onLoggedOut(() => {
  stream.end();
  head.showLoggedOut();
});
showView();
