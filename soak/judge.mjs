// Looks at what was measured each second, and says what is wrong with it. Pure.

const SECONDS_WITHOUT = 10;

/** The profiled service may grow by so much more than the one beside it. */
export const MOST_GROWTH = { megabytes: 24, megabytesAMinute: 1 };

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return NaN;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Theil and Sen: the median of the slopes of all pairs, which no peak bends. */
export function slopeOf(points) {
  const slopes = [];
  for (let i = 0; i < points.length; i++) {
    for (let j = i + 1; j < points.length; j++) {
      slopes.push((points[j].y - points[i].y) / (points[j].x - points[i].x));
    }
  }
  return slopes.length === 0 ? 0 : median(slopes);
}

/** Megabytes a minute, in the second half, each time after a collection. */
export function growthOf(rows) {
  const half = rows.slice(rows.length >> 1).filter(({ collected }) => collected);
  return slopeOf(half.map(({ second, rss }) => ({ x: second / 60, y: rss })));
}

const minutesOfHalf = (rows) => (rows.length - (rows.length >> 1)) / 60;

/** Where `count` did not rise for long, in seconds in which there was work. */
function whereItStopped(rows, count) {
  let last = -1;
  let without = 0;
  for (const row of rows) {
    if (!row.busy) continue;
    without = count(row) > last ? 0 : without + 1;
    last = count(row);
    if (without >= SECONDS_WITHOUT) return row.second;
  }
  return undefined;
}

/** @returns sentences; none when all is well */
export function faultsOf(profiled, plain) {
  if (profiled.length < 2) return ['nothing was measured'];
  const faults = [];
  const last = profiled.at(-1).stats;

  const minutes = minutesOfHalf(profiled);
  const grown = growthOf(profiled) * minutes;
  const grownWithout = Math.max(growthOf(plain) * minutes, 0);
  const most = grownWithout + MOST_GROWTH.megabytes + MOST_GROWTH.megabytesAMinute * minutes;
  if (!(grown <= most)) {
    faults.push(
      `in the second half it grew by ${grown.toFixed(1)} MB, ` +
        `and without the profiler by ${grownWithout.toFixed(1)} MB`,
    );
  }
  for (const { second, stats } of profiled) {
    if (stats.table.nodes <= stats.table.maxNodes) continue;
    faults.push(`after ${second} s the table had ${stats.table.nodes} nodes`);
    break;
  }
  for (const [what, count] of Object.entries({
    drains: ({ stats }) => stats.drains.count,
    samples: ({ stats }) => stats.samples.taken,
    queries: ({ answered }) => answered,
  })) {
    const second = whereItStopped(profiled, count);
    if (second !== undefined) faults.push(`the ${what} had stopped after ${second} s`);
  }
  if (last.parks.count === 0) faults.push('no thread was parked');
  if (last.stalls.count === 0) faults.push('no stall was seen');
  if (last.threads.joined < 2) faults.push('no worker joined');
  if (last.samples.lost > 0) faults.push(`V8 lost ${last.samples.lost} samples`);
  return faults;
}
