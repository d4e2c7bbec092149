import { ConfigError } from './config.ts';
import { LoginError } from './database/connect.ts';
import { EmbeddedDatabaseError } from './database/embedded.ts';
import { MigrationError } from './database/migrate.ts';

/** People get a sentence for what they can mend, and a stack for what they cannot. */
export function explain(error: unknown): string {
  const expected = [ConfigError, EmbeddedDatabaseError, LoginError, MigrationError].some(
    (kind) => error instanceof kind,
  );
  if (expected) return (error as Error).message;
  const { code, address, port, message } = error as NodeJS.ErrnoException & { address?: string; port?: number };
  if (code === 'EADDRINUSE') return `${address}:${port} is in use by another program; set PORT to another number`;
  if (code === 'EADDRNOTAVAIL') return `${address} is no address of this machine; look at HOST`;
  if (code === 'EACCES' && port)
    return `port ${port} needs more rights than this program has; set PORT to 1024 or above`;
  if (code === 'ENOTFOUND') return `${message}; look at HOST`;
  // insufficient_privilege
  if (code === '42501')
    return `the database says: ${message}; the role in DATABASE_URL needs the right to create schemas`;
  return (error as Error).stack ?? String(error);
}
