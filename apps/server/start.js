import { enableCompileCache } from 'node:module';

/**
 * `npm start`. Only looks at the Node it runs on: an older one could not even read the rest. The one file that is not
 * TypeScript, because what strips the types would stay in memory for it; of the rest the cache keeps what was stripped.
 */
const OLDEST_NODE = 26;

if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
  console.error(
    `Shanhuo needs Node ${OLDEST_NODE}; this is ${process.versions.node}. ` +
      '"npm start" uses the right one, which "npm ci" has put into node_modules.',
  );
  process.exit(1);
}

// Types are stripped and code is compiled once and not at every start, which also spares the memory of both.
enableCompileCache();

const { main } = await import('./main.ts');
await main();
