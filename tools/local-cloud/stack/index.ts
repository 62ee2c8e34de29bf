export { StackError } from './errors';
export { type LocalStack, type LocalStackOptions, startLocalStack } from './local-stack';
export type { Schedule } from './parts/events';
export { readSynthesizedStack, type SynthesizedStack } from './synthesized-stack';
