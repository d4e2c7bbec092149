import { refuser } from '#platform/errors.ts';
import { catalogRefusals } from './contract.ts';

export const refuse = refuser(catalogRefusals);
