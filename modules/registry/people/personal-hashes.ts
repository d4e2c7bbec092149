import type { Sealer } from '#platform/secrets.ts';

/** The keyed hash under which a phone is known, at sign-in and in household records alike. */
export const phoneHash = (sealer: Sealer, phone: string): string => sealer.hash(`phone ${phone}`);

/** The keyed hash under which a resident ID number is known. */
export const idNumberHash = (sealer: Sealer, idNumber: string): string => sealer.hash(`id-number ${idNumber}`);
