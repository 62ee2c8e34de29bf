import { DELIVERY_RULES } from './delivery';
import { ENCRYPTION_RULES } from './encryption';
import { EXPOSURE_RULES } from './exposure';
import { NOTES } from './notes';
import { PRECIOUS_RULES } from './precious';
import { RETENTION_RULES } from './retention';
import type { Rule } from './rule';

export type { PlanFacts, Planned, Rule, Subject } from './rule';

/** Every rule, by family. The table in `docs/pipeline.md` is written from it. */
export const RULES: Readonly<Record<string, readonly Rule[]>> = {
  'What cannot be made again': PRECIOUS_RULES,
  Retention: RETENTION_RULES,
  Encryption: ENCRYPTION_RULES,
  Exposure: EXPOSURE_RULES,
  'The way of a voicemail': DELIVERY_RULES,
  Notes: NOTES,
};
