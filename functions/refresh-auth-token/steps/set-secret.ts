import type { RotationStep } from '../rotation';

/** `setSecret`: nothing to set. Genesys knows the new pair since it granted it. */
export const setSecret: RotationStep = async ({ log }) => {
  log.info('nothing to set: Genesys Cloud knows the pair since it granted it');
};
