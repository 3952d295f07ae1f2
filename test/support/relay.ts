import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** An address that stays, whatever server is behind it: another one could not be
 * sure to get the port of the one before. */
export interface Relay extends AsyncDisposable {
  readonly url: string;
  /** Where new connections go to. */
  target: string;
}

export async function relayTo(target: string): Promise<Relay> {
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(new URL(relay.target).port), '127.0.0.1');
    near.pipe(far).pipe(near);
    for (const [socket, other] of [[near, far], [far, near]] as const) {
      open.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        open.delete(socket);
        other.destroy();
      });
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const relay = {
    target,
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`,
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  return relay;
}
