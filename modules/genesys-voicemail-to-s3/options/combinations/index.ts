import { ARCHIVE_COMBINATIONS } from './archive';
import type { Combination, Warning } from './combination';
import { OPERATION_COMBINATIONS } from './operation';
import { SCHEDULE_COMBINATIONS, SCHEDULE_WARNINGS } from './schedules';
import { VOICEMAIL_COMBINATIONS } from './voicemail';

export type { Combination, Warning } from './combination';

/**
 * What the options may be together.
 *
 * Terraform refuses variables that look at each other, so a pair always belongs to the same one of the two.
 */
export const COMBINATIONS: readonly Combination[] = [
  ...VOICEMAIL_COMBINATIONS,
  ...SCHEDULE_COMBINATIONS,
  ...ARCHIVE_COMBINATIONS,
  ...OPERATION_COMBINATIONS,
];

/** Warnings about options that are allowed. */
export const WARNINGS: readonly Warning[] = [...SCHEDULE_WARNINGS];
