export type { ReviewedChange } from './changes';
export { reviewPlanCommand } from './command';
export type { Stop, Warning } from './findings';
export {
  COMMENT_LIMIT,
  inWords,
  JOB_SUMMARY_LIMIT,
  markerOf,
  type PageContent,
  writeFailurePage,
  writePage,
} from './markdown';
export { type Action, type ParsedPlan, type Plan, PlanUnreadableError, parsePlan } from './plan';
export { type Counts, type Review, type ReviewOptions, reviewPlan } from './review';
export { RULES, type Rule } from './rules';
export { sensitiveHider } from './sensitive';
