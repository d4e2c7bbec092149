import { refuser } from '#platform/errors.ts';
import { ledgerRefusals } from './contract.ts';

export const refuse = refuser(ledgerRefusals);
