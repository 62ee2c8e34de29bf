export { type FindOptions, find } from './find';
export { findPolicy } from './policy';
