import { Command } from 'commander';
import { eraseCommand, findCommand } from './archive-commands';
import type { Surroundings } from './command-frame';
import { backfillCommand, redriveCommand } from './queue-commands';
import { authorizeCommand, doctorCommand } from './set-up-commands';

/** The command line. */
export const createProgram = (surroundings: Surroundings): Command =>
  new Command('genesys-voicemail')
    .description('Operates a deployment of genesys-voicemail-to-s3.')
    .addCommand(authorizeCommand(surroundings))
    .addCommand(doctorCommand(surroundings))
    .addCommand(backfillCommand(surroundings))
    .addCommand(redriveCommand(surroundings))
    .addCommand(findCommand(surroundings))
    .addCommand(eraseCommand(surroundings));
