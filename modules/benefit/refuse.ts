import { refuser } from '#platform/errors.ts';
import { benefitRefusals } from './contract.ts';

export const refuse = refuser(benefitRefusals);
