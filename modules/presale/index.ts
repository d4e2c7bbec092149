import type { Module } from '#platform/module.ts';

/** Crowdfunding: projects, pledges, what backers are owed. */
export const presaleModule: Module = {
  name: 'presale',
  routes() {},
};
