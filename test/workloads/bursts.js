'use strict';

// Mostly idle, with a burst of 1 ms from a timer every 10 ms: first without a
// launcher, then with one.

const { performance } = require('node:perf_hooks');
const { answer, now, options, PATIENCE_MILLIS } = require('./answer.js');
const { boundOfHits, differenceOfMeans, FEWEST_BATCHES, MOST_BOUND } = require('./shares.js');

const { intervalMillis, hits: enoughHits } = options();

const EVERY_MILLIS = 10;
const BATCH_MILLIS = 100;

const haystack = Buffer.alloc(1 << 16);

// Native code, which leaves no garbage, whose collection would not be the
// burst's, and which no compiler inlines: this is about when samples fall.
function spin(rounds) {
  let found = 0;
  for (let i = 0; i < rounds; i++) found += haystack.indexOf(1);
  return found;
}

function roundsForMillis(millis) {
  spin(20_000);
  const start = now();
  spin(20_000);
  return Math.round((millis / (now() - start)) * 20_000);
}

const rounds = roundsForMillis(1);
let burstMillis = 0;

function burst() {
  const start = now();
  spin(rounds);
  burstMillis += now() - start;
}

/** Of each batch: event-loop utilisation beyond the bursts, as shares of 1. */
const beyondBursts = { without: [], with: [] };
let batch = { at: now(), burstMillis: 0, utilization: performance.eventLoopUtilization() };

function endBatch(list) {
  const after = { at: now(), burstMillis, utilization: performance.eventLoopUtilization() };
  const { utilization } = performance.eventLoopUtilization(after.utilization, batch.utilization);
  list.push(utilization - (after.burstMillis - batch.burstMillis) / (after.at - batch.at));
  batch = after;
}

/** Whether so many batches say enough: what others do with the cores is noise. */
function isKnown(batches) {
  if (batches.length < FEWEST_BATCHES) return false;
  return differenceOfMeans(batches, batches).bound <= MOST_BOUND || now() > PATIENCE_MILLIS / 2;
}

let launcher;
let launched;

function launch() {
  const before = now();
  const { SimpleLauncher } = require('ox-profile');
  launcher = SimpleLauncher.launch({ intervalMillis, maxOverhead: Infinity });
  launched = { before, after: now(), burstMillis };
  // What it takes to load is no part of a batch.
  batch = { at: now(), burstMillis, utilization: performance.eventLoopUtilization() };
}

/** Answers and returns true where hits and batches are enough for bounds that prove
 * something: the more other programs have the cores, the longer a burst takes. */
function finish() {
  const before = now();
  const { records, samples, durationMillis, idleMillis } = launcher.query({ maxRecords: Infinity });
  const after = now();
  const truth = (burstMillis - launched.burstMillis) / (before - launched.after);
  const busy = (durationMillis - idleMillis) / durationMillis;
  const found = (records.find(({ name }) => name === 'burst')?.wallMillis ?? 0) / durationMillis;
  const bound = boundOfHits(truth, busy, samples);
  const utilization = differenceOfMeans(beyondBursts.without, beyondBursts.with);
  const isEnough =
    samples >= enoughHits && bound <= MOST_BOUND && utilization.bound <= MOST_BOUND;
  if (!isEnough && now() < PATIENCE_MILLIS) return false;
  answer({
    burst: { truth, found, bound, samples },
    utilization,
    shortSlices: launcher.stats().samples.shortSlices,
    durationMillis,
    least: before - launched.after,
    most: after - launched.before,
  });
  launcher.cancel();
  return true;
}

const bursts = setInterval(burst, EVERY_MILLIS);
const batches = setInterval(() => {
  endBatch(launcher === undefined ? beyondBursts.without : beyondBursts.with);
  if (launcher === undefined) {
    if (isKnown(beyondBursts.without)) launch();
  } else if (beyondBursts.with.length % 20 === 0 && finish()) {
    clearInterval(bursts);
    clearInterval(batches);
  }
}, BATCH_MILLIS);
