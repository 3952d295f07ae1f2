'use strict';

function burn(seconds) {
  const end = process.hrtime.bigint() + BigInt(seconds * 1e9);
  let turns = 0;
  while (process.hrtime.bigint() < end) turns++;
  return turns;
}

exports.burn = burn;

/** Whether a launched profiler notices that burn() uses the processor. */
exports.findsBurn = (SimpleLauncher) => {
  const launcher = SimpleLauncher.launch();
  try {
    burn(1);
    const { records } = launcher.query({ maxRecords: Infinity });
    return records.some(({ name, hits }) => name === 'burn' && hits > 0);
  } finally {
    launcher.cancel();
  }
};
