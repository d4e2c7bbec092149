import { refuser } from '#platform/errors.ts';
import { traceRefusals } from './contract.ts';

export const refuse = refuser(traceRefusals);
