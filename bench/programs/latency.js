'use strict';

// What those notice who ask a service that is idle and busy in turns of a few
// milliseconds, and now and then idle for long enough to be parked. The asking
// is done by a process of its own.

const { fork } = require('node:child_process');
const { once } = require('node:events');
const { connect, createServer } = require('node:net');
const { setTimeout: delay } = require('node:timers/promises');

const { load } = require('../peers/index.js');
const { answer, options, randomSource } = require('./child.js');
const { port, profiler, intervalMillis, requests } = options();

const orders = Array.from({ length: 300 }, (_, id) => ({ id, name: `order ${id}`, lines: [id, id + 1] }));

/** About a millisecond. */
function respond() {
  const copy = JSON.parse(JSON.stringify(orders));
  return copy.map(({ name, lines }) => `${name}: ${lines.join()}`).sort().join('\n');
}

/** A byte is a request, and one comes back. */
function serve() {
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('data', () => {
      respond();
      socket.write('.');
    });
  });
  server.listen(0, '127.0.0.1', async () => {
    const client = fork(module.filename, [JSON.stringify({ port: server.address().port, requests })]);
    const [latencies] = await once(client, 'message');
    server.close();
    answer(latencies);
    measured?.launcher?.cancel();
  });
}

async function ask() {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  const random = randomSource(11);
  const latencies = { soon: [], afterRest: [] };
  for (let i = 0; i < requests + 20; i++) {
    const rested = i % 20 === 19;
    await delay(rested ? 150 + 150 * random() : 1 + 8 * random());
    const began = performance.now();
    socket.write('.');
    await once(socket, 'data');
    const millis = performance.now() - began;
    // The first ones are compiled and connected.
    if (i >= 20) latencies[rested ? 'afterRest' : 'soon'].push(millis);
  }
  socket.destroy();
  process.send(latencies);
  process.disconnect();
}

const measured = profiler === undefined ? undefined : load(profiler);
if (port !== undefined) {
  ask();
} else {
  measured?.start(intervalMillis);
  serve();
}
