import { refuser } from '#platform/errors.ts';
import { tradeRefusals } from './contract.ts';

export const refuse = refuser(tradeRefusals);
