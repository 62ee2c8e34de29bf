import * as v from 'valibot';
import { parseTokenSecret, token } from '../../../functions/shared/token-secret';
import { EXIT_CODE, OperatorError } from '../../errors';
import type { Terminal } from '../../terminal';

/** The OAuth client that the login is for. */
export interface ClientCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** A pair of tokens as a login gives it. */
export interface TokenPair {
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** Content of the token secret after a login. */
export interface AuthorizedPair extends ClientCredentials, TokenPair {}

/** The environment variables that may hold the OAuth client. */
export const CLIENT_VARIABLES = { id: 'GENESYS_CLIENT_ID', secret: 'GENESYS_CLIENT_SECRET' } as const;

/** Whether the environment holds the OAuth client. */
export const hasClientIn = (environment: Readonly<Record<string, string | undefined>>): boolean =>
  Object.values(CLIENT_VARIABLES).every((variable) => (environment[variable]?.trim() ?? '') !== '');

const credentials = v.object({ clientId: token, clientSecret: token });

const usage = (message: string): OperatorError =>
  new OperatorError('InputUnusable', message, EXIT_CODE.usage);

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the text.
    return undefined;
  }
};

/** Reads the OAuth client from standard input. @throws OperatorError that names the shape, never what was read. */
const fromInput = async (terminal: Terminal): Promise<ClientCredentials> => {
  const parsed = v.safeParse(credentials, parseJson(await terminal.readInput()));
  if (!parsed.success) {
    throw usage('standard input must hold one JSON object with the texts clientId and clientSecret');
  }
  return parsed.output;
};

/**
 * Finds the OAuth client: on standard input where that is asked for, in the environment, or by asking the person.
 *
 * @throws OperatorError where there is nobody to ask, or what was given cannot be used.
 */
export const readClientCredentials = async (
  terminal: Terminal,
  environment: Readonly<Record<string, string | undefined>>,
  isOnInput: boolean,
): Promise<ClientCredentials> => {
  if (isOnInput) {
    return fromInput(terminal);
  }
  const ask = async (what: string, variable: string, put: (question: string) => Promise<string>) => {
    const given = environment[variable]?.trim() ?? '';
    if (given === '' && !terminal.isInteractive) {
      throw usage(
        `there is nobody to ask for the ${what}; set ${CLIENT_VARIABLES.id} and ${CLIENT_VARIABLES.secret}, or use --client-from-stdin`,
      );
    }
    const parsed = v.safeParse(token, given === '' ? await put(what) : given);
    if (!parsed.success) {
      throw usage(
        `the ${what} is empty, or has characters within it that it cannot have; nothing was written`,
      );
    }
    return parsed.output;
  };
  // The id is no secret, and a wrong paste is seen.
  const clientId = await ask('OAuth client id', CLIENT_VARIABLES.id, (question) => terminal.ask(question));
  const clientSecret = await ask('OAuth client secret', CLIENT_VARIABLES.secret, (question) =>
    terminal.askHidden(`${question} (hidden)`),
  );
  return { clientId, clientSecret };
};

/** Reads a whole pair that was got another way from standard input. @throws OperatorError that names the key, never a value. */
export const readPair = async (terminal: Terminal): Promise<AuthorizedPair> => {
  try {
    const { clientId, clientSecret, accessToken, refreshToken } = parseTokenSecret(
      await terminal.readInput(),
    );
    return { clientId, clientSecret, accessToken, refreshToken };
  } catch {
    throw usage(
      'standard input must hold one JSON object with the texts clientId, clientSecret, accessToken and refreshToken',
    );
  }
};
