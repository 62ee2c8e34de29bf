export { type EraseOptions, erase } from './erase';
export { erasePolicy } from './policy';
