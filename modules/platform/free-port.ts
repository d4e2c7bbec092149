import { type AddressInfo, createServer } from 'node:net';

/**
 * A port that nobody listens on at the moment.
 *
 * @throws the system's error when the host is no address of this machine
 */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  const got = await listenOnce(0, host);
  if (typeof got !== 'number') throw got;
  return got;
}

/** Whether nobody listens on a port at the moment. */
export const isFree = async (port: number, host = '127.0.0.1'): Promise<boolean> =>
  (await whyNotFree(port, host)) === undefined;

/** What the system says against listening on a port at the moment: taken, no right to, no such address; or nothing. */
export async function whyNotFree(port: number, host = '127.0.0.1'): Promise<Error | undefined> {
  const got = await listenOnce(port, host);
  return typeof got === 'number' ? undefined : got;
}

function listenOnce(port: number, host: string): Promise<number | Error> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', resolve);
    server.listen(port, host, () => {
      const { port: chosen } = server.address() as AddressInfo;
      server.close(() => resolve(chosen));
    });
  });
}
