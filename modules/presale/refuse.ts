import { refuser } from '#platform/errors.ts';
import { presaleRefusals } from './contract.ts';

export const refuse = refuser(presaleRefusals);
