/** The environment variable by which the setup of a run says where it has bundled the commands. */
export const COMMAND_LINE_VARIABLE = 'GENESYS_VOICEMAIL_TESTS_COMMAND_LINE';

/** The commands as the npm package holds them, in one file. */
export const commandLineBundle = (): string => process.env[COMMAND_LINE_VARIABLE] ?? '';
