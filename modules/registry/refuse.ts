import { refuser } from '#platform/errors.ts';
import { registryRefusals } from './contract.ts';

/** Refusals of this module, checked against its table. */
export const refuse = refuser(registryRefusals);
