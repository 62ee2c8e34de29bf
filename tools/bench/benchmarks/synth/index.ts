export { bareApp, type ImportStyle, NoClassError } from './bare-app';
export { synth } from './synth';
