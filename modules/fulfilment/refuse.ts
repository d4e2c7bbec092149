import { refuser } from '#platform/errors.ts';
import { fulfilmentRefusals } from './contract.ts';

export const refuse = refuser(fulfilmentRefusals);
