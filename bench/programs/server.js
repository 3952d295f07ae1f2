'use strict';

// What a plain node:http service spends on a request, in all threads, and what
// its clients wait for an answer, turn and turn about in one process. The clients
// are in a process of their own, keep their connections, and ask again as soon
// as they are answered.

const { fork } = require('node:child_process');
const { once } = require('node:events');
const { createServer } = require('node:http');
const { connect } = require('node:net');

const { load } = require('../peers/index.js');
const { answer, options, randomSource } = require('./child.js');
const { cpuMillis, takeTurns, variantsOf } = require('./variants.js');
const { port, profiler, intervals, turns, requests, connections = 8 } = options();

const orders = Array.from({ length: 200 }, (_, id) => ({
  id,
  name: `order ${id}`,
  lines: Array.from({ length: 20 }, (_, line) => ({ line, price: id * line, title: `article ${line}` })),
}));

function respond({ url }, response) {
  const { id, lines } = orders[Number(url.slice(url.lastIndexOf('/') + 1)) % orders.length];
  const total = lines.reduce((sum, { price }) => sum + price, 0);
  const body = JSON.stringify({ id, total, lines });
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

async function serve() {
  const measured = load(profiler);
  const server = createServer(respond).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = fork(module.filename, [
    JSON.stringify({ port: server.address().port, connections }),
  ]);
  const ask = async (count) => {
    client.send(count);
    return (await once(client, 'message'))[0];
  };
  await once(client, 'message');
  await ask(requests * 4); // Compiled, and connected.
  const found = await takeTurns(variantsOf(measured, intervals), turns, randomSource(3), async () => {
    await ask(requests / 5);
    const before = cpuMillis();
    const latencies = await ask(requests);
    return { cpuMicros: (1000 * (cpuMillis() - before)) / requests, ...latencies };
  });
  client.disconnect();
  await once(client, 'exit');
  server.close();
  answer(found);
}

/** One connection; asks and waits, in turns. */
class Client {
  #socket = connect({ port, host: '127.0.0.1', noDelay: true });
  #received = '';
  #answered;

  constructor() {
    this.#socket.setEncoding('latin1');
    this.#socket.on('data', (chunk) => {
      this.#received += chunk;
      const headers = this.#received.indexOf('\r\n\r\n');
      if (headers < 0) return;
      const [, length] = /content-length: (\d+)/i.exec(this.#received);
      if (this.#received.length < headers + 4 + Number(length)) return;
      this.#received = '';
      this.#answered();
    });
  }

  connected() {
    return once(this.#socket, 'connect');
  }

  end() {
    this.#socket.destroy();
  }

  /** @returns milliseconds */
  async ask(id) {
    const began = performance.now();
    const answered = new Promise((resolve) => (this.#answered = resolve));
    this.#socket.write(`GET /orders/${id} HTTP/1.1\r\nhost: localhost\r\n\r\n`);
    await answered;
    return performance.now() - began;
  }
}

async function beClients() {
  const clients = Array.from({ length: connections }, () => new Client());
  await Promise.all(clients.map((client) => client.connected()));
  process.on('message', async (count) => {
    const latencies = [];
    let asked = 0;
    await Promise.all(
      clients.map(async (client) => {
        while (asked < count) latencies.push(await client.ask(asked++));
      }),
    );
    latencies.sort((a, b) => a - b);
    const micros = (share) => 1000 * latencies[Math.floor((latencies.length - 1) * share)];
    process.send({ p50Micros: micros(0.5), p99Micros: micros(0.99) });
  });
  process.on('disconnect', () => clients.forEach((client) => client.end()));
  process.send('connected');
}

if (port === undefined) serve();
else beClients();
