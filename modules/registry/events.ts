import type { Event } from '#platform/outbox.ts';

/** A county was opened: its shop exists from now on. */
export type CountyOpened = Event<'registry.county-opened', { name: string }>;

/** An organisation was registered or changed: pages that show its name are old. */
export type OrganisationChanged = Event<'registry.organisation-changed', { organisation: string }>;

/** A household lives in another village now; what happened in the one before stays there. */
export type HouseholdMoved = Event<'registry.household-moved', { household: string }>;

/** A household agreed that buyers read its first name, or took that back: pages that may show it are made anew. */
export type NameConsentChanged = Event<'registry.name-consent-changed', { household: string }>;
