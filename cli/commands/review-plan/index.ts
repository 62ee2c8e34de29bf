export type { ReviewedChange } from './changes';
export { PlanUnreadableError } from './errors';
export { inWords, markerOf, type PageContent, writeFailurePage, writePage } from './markdown';
export { COMMENT_LIMIT, JOB_SUMMARY_LIMIT, type PageLimit } from './page';
export { type Action, type ParsedPlan, type Plan, parsePlan } from './plan';
export { type Counts, type Review, type ReviewOptions, reviewPlan } from './review';
export { hideSensitive } from './sensitive';
export { PROTECTED_TYPES, type Stop } from './stop-rule';
export type { Warning } from './warnings';
