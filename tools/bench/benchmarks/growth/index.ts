export { GROWTH_PARTS } from './document-parts';
export { growth } from './growth';
