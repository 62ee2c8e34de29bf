export { COMBINATIONS, type Combination, WARNINGS } from './combinations';
export { describeProblem, placeOf } from './invalid-option';
export { schemasOf } from './option-schema';
export { isRequired, type Option, type OptionTable, type Rule, wordsOfDefault } from './rule';
export { OPTIONS } from './table';
export { combinationProblems } from './validation';
export type { ResolvedOptions } from './with-defaults';
