export { StackError } from './errors';
export { type LocalStack, startLocalStack } from './local-stack';
export type { Schedule } from './parts/events';
export { SHORT_WAITS } from './short-waits';
export { readSynthesizedStack, type SynthesizedStack } from './synthesized-stack';
