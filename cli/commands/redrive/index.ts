export { redrivePolicy } from './policy';
export { type RedriveOptions, redrive } from './redrive';
