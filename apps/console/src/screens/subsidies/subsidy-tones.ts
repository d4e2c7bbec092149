import type { SubsidyState } from '#benefit/contract';
import type { Tone } from '../../parts/StatusTag.tsx';

export const subsidyTones: Record<SubsidyState, Tone> = { prepared: 'wait', booked: 'good', withdrawn: 'quiet' };
