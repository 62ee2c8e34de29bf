import type { OptionTable } from '../rule';
import { ARCHIVE_OPTIONS } from './archive';
import { OPERATION_OPTIONS } from './operation';
import { SCHEDULE_OPTIONS } from './schedules';
import { VOICEMAIL_OPTIONS } from './voicemail';

/**
 * Every option of the module, written once: what it means, what it may be, and what it is where it is left out.
 *
 * To add one, write its entry and run `npm run docs`: the props with their documentation, the check, the editor schema, the
 * tables of the documentation and the variable of the HCL module follow. What the options may be together stands in
 * `combinations.ts`.
 */
export const OPTIONS = {
  ...VOICEMAIL_OPTIONS,
  ...SCHEDULE_OPTIONS,
  ...ARCHIVE_OPTIONS,
  ...OPERATION_OPTIONS,
} as const satisfies OptionTable;
