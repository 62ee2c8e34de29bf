import type { Benchmark } from '../benchmark';
import { backlog } from './backlog';
import { coldStart } from './cold-start';
import { growth } from './growth';
import { memory } from './memory';
import { install, sizes, tests } from './sizes';
import { synth } from './synth';
import { throughput } from './throughput';
import { warm } from './warm';

/** Every benchmark, in the order in which they are run and shown. */
export const BENCHMARKS: readonly Benchmark[] = [
  coldStart,
  warm,
  memory,
  backlog,
  throughput,
  sizes,
  synth,
  growth,
  install,
  tests,
];
