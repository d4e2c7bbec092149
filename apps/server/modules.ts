import { benefitModule } from '#benefit';
import { catalogModule } from '#catalog';
import { fulfilmentModule } from '#fulfilment';
import { insightModule } from '#insight';
import { ledgerModule } from '#ledger';
import type { Module } from '#platform/module.ts';
import { presaleModule } from '#presale';
import { registryModule } from '#registry';
import { traceModule } from '#trace';
import { tradeModule } from '#trade';

/** The rooms of the house, from the ground up. */
export const modules: readonly Module[] = [
  registryModule,
  ledgerModule,
  catalogModule,
  traceModule,
  tradeModule,
  fulfilmentModule,
  presaleModule,
  benefitModule,
  insightModule,
];
