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

const EXPLANATIONS = `
Commands on a deployment find it by --outputs <file>, or the variable
GENESYS_VOICEMAIL_OUTPUTS: what "terraform output -json" or "cdktf deploy
--outputs-file" wrote; and by --deployment <stack> or <stack/output> in it.

Exit codes: 0 done, 1 failed, 2 wrong usage or outputs, 3 findings, 4 part done,
5 AWS credentials, 6 nothing found, 130 Ctrl-C. review-plan has its own.
With --json whatever does not end with 0 says why in the same JSON object.`;

/** Refuses an option that takes one value and is given a second one, which would silently win. */
const refuseRepeats = (command: Command): void => {
  for (const option of command.options) {
    if (option.required && !option.variadic) {
      let times = 0;
      command.on(`option:${option.name()}`, () => {
        times += 1;
        if (times > 1) {
          command.error(`error: option '${option.flags}' is given twice, and takes one value`);
        }
      });
    }
  }
};

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
    (program, make) => {
      const command = make(surroundings);
      refuseRepeats(command);
      return program.addCommand(command);
    },
    new Command('genesys-voicemail')
      .description('Operates a deployment of genesys-voicemail-to-s3.')
      .configureHelp({ subcommandTerm: (command) => command.name() })
      .version(releaseVersion(), '--version', 'print the version')
      .addHelpText('after', EXPLANATIONS),
  );
