import { Command } from 'commander';
import type { Surroundings } from './command';
import { eraseCommand, findCommand } from './commands/archive-commands';
import { initCommand } from './commands/init/command';
import { probeCommand } from './commands/probe/command';
import { backfillCommand, redriveCommand } from './commands/queue-commands';
import { reviewPlanCommand } from './commands/review-plan';
import { authorizeCommand, doctorCommand } from './commands/set-up-commands';
import { releaseVersion } from './deployment/release';

/** The command line. */
export const createProgram = (surroundings: Surroundings): Command =>
  new Command('genesys-voicemail')
    .description('Operates a deployment of genesys-voicemail-to-s3.')
    .version(releaseVersion())
    .addCommand(initCommand(surroundings))
    .addCommand(authorizeCommand(surroundings))
    .addCommand(doctorCommand(surroundings))
    .addCommand(backfillCommand(surroundings))
    .addCommand(redriveCommand(surroundings))
    .addCommand(findCommand(surroundings))
    .addCommand(eraseCommand(surroundings))
    .addCommand(probeCommand(surroundings))
    .addCommand(reviewPlanCommand(surroundings));
