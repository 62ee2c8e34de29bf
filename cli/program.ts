import { Command } from 'commander';
import type { Surroundings } from './command';
import { authorizeCommand } from './commands/authorize/command';
import { backfillCommand } from './commands/backfill/command';
import { doctorCommand } from './commands/doctor/command';
import { eraseCommand } from './commands/erase/command';
import { findCommand } from './commands/find/command';
import { healCommand } from './commands/heal/command';
import { initCommand } from './commands/init/command';
import { policyCommand } from './commands/policy';
import { probeCommand } from './commands/probe/command';
import { redriveCommand } from './commands/redrive/command';
import { reviewPlanCommand } from './commands/review-plan';

import { synthCommand } from './commands/synth';
import { releaseVersion } from './deployment/release';

/** The command line. */
export const createProgram = (surroundings: Surroundings): Command =>
  [
    initCommand,
    synthCommand,
    authorizeCommand,
    doctorCommand,
    healCommand,
    backfillCommand,
    redriveCommand,
    findCommand,
    eraseCommand,
    probeCommand,
    policyCommand,
    reviewPlanCommand,
  ].reduce(
    (program, command) => program.addCommand(command(surroundings)),
    new Command('genesys-voicemail')
      .description('Operates a deployment of genesys-voicemail-to-s3.')
      .version(releaseVersion(), '--version', 'print the version'),
  );
