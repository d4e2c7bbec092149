import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { projectFolder } from '#platform/config.ts';

/** A whole server as a process of its own, as `npm start` runs it. */
export interface ServerProcess {
  readonly url: string;
  readonly process: ChildProcess;
  /** What it wrote to stderr so far. */
  log(): string;
  /** As the machine would: no warning, nothing finished. */
  kill(): Promise<void>;
  /** Asks it to stop and waits. @returns its exit code */
  stop(): Promise<number | null>;
}

/**
 * Starts a server and waits for its `ready` line.
 *
 * @param env what differs from this process's environment; PORT is any free one unless given
 * @throws Error with its log when it ends or is not ready within `limitMs`
 */
export async function startServer(env: Record<string, string>, limitMs = 120_000): Promise<ServerProcess> {
  // As `npm start` says it; a process a test can kill must not stand behind npm.
  const flags = ['--max-semi-space-size=16', '--heap-growing-percent=40'];
  const child = spawn(process.execPath, [...flags, join(projectFolder, 'apps/server/start.js')], {
    cwd: projectFolder,
    env: { ...process.env, MALLOC_ARENA_MAX: '2', PORT: '0', LOG_LEVEL: 'warn', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => {
    log += chunk;
  });
  const url = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`the server was not ready within ${limitMs} ms:\n${log}`));
    }, limitMs);
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`the server ended with ${code} before it was ready:\n${log}`));
    });
    createInterface({ input: child.stdout }).on('line', (line) => {
      const ready = /^ready (http\S+)$/.exec(line)?.[1];
      if (!ready) return;
      clearTimeout(timer);
      resolve(ready);
    });
  });
  const ended = async () => {
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    return child.exitCode;
  };
  return {
    url,
    process: child,
    log: () => log,
    async kill() {
      child.kill('SIGKILL');
      await ended();
    },
    async stop() {
      child.kill('SIGTERM');
      return ended();
    },
  };
}

/** Signs in as screens do. @returns the cookies of the session */
export async function signIn(url: string, how: 'password' | 'phone', body: object): Promise<string> {
  const answer = await send(url, how, body);
  if (answer.status !== 201) throw new Error(`not signed in: ${answer.status} ${await answer.text()}`);
  return answer.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ');
}

/** Signs in by a phone, with the code that the sandbox shows instead of sending it. */
export async function signInByPhone(url: string, phone: string): Promise<string> {
  const asked = (await (await send(url, 'phone-code', { phone })).json()) as { sandboxCode: string };
  return signIn(url, 'phone', { phone, code: asked.sandboxCode });
}

const send = (url: string, how: string, body: object) =>
  fetch(`${url}/api/sign-in/${how}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
