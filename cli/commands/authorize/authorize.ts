import { type GenesysOrigins, genesysOrigins } from '../../../functions/shared/genesys-http';
import { commandOn, type Deployment, readRefreshSettings, tokenSecretArn } from '../../deployment';
import { EXIT_CODE, OperatorError } from '../../errors';
import { excessOf, identityLine, type Login, loginOf, readIdentity } from '../../genesys';
import type { CommandResult, Terminal } from '../../terminal';
import { type BrowserAnswer, CallbackListener, REDIRECT, redirectUriOf } from './callback-listener';
import {
  type AuthorizedPair,
  type ClientCredentials,
  readClientCredentials,
  readPair,
} from './client-credentials';
import type { EndPage } from './end-page';
import { exchangeCode, proveAccessToken } from './genesys-login';
import { createLoginRequest, loginUrl } from './login-request';
import { proveRotation, type StoredPair, storePair } from './store-pair';

/** How `authorize` is asked to go about it. */
export interface AuthorizeOptions {
  /** Which token: 1 is the first. @default 1 */
  readonly token?: number;
  /** @default 8765 */
  readonly port?: number;
  /** Only print the login's URL. @default false */
  readonly noBrowser?: boolean;
  /** Take the OAuth client from standard input. @default false */
  readonly clientFromStdin?: boolean;
  /** Take a whole pair from standard input, without a login. @default false */
  readonly tokensFromStdin?: boolean;
  /** Milliseconds to wait for the person. @default 300000 */
  readonly loginTimeoutMs?: number;
  /** Milliseconds to wait for the rotation. @default 180000 */
  readonly rotationTimeoutMs?: number;
  /** Milliseconds between two looks at the rotation. @default 1000 */
  readonly pollMs?: number;
}

/** Shows the person in the browser what the command is going to say, too. */
const showing = async <Result>(
  answer: BrowserAnswer,
  page: Omit<EndPage, 'isGood'>,
  work: () => Promise<Result>,
): Promise<Result> => {
  try {
    const result = await work();
    await answer.show({ isGood: true, ...page });
    return result;
  } catch (error) {
    const text =
      error instanceof OperatorError ? error.message : 'Something unexpected failed; see the terminal.';
    await answer.show({ isGood: false, title: 'Not authorized', text });
    throw error;
  }
};

const openLogin = async (
  terminal: Terminal,
  url: string,
  noBrowser: boolean,
  timeoutMs: number,
): Promise<void> => {
  const isOpen = !noBrowser && (await terminal.openBrowser(url));
  terminal.say(
    isOpen
      ? `Log in as the service user in the browser window that has opened. If none has, open:\n\n  ${url}\n`
      : `Open this in a browser on this machine and log in as the service user:\n\n  ${url}\n`,
  );
  terminal.say(`Waiting for the login, up to ${Math.ceil(timeoutMs / 60_000)} min; Ctrl-C stops.`);
};

/** Asks before a token is stored that may do more than it must; a script is only told. */
const agreeToExcess = async (terminal: Terminal, excess: readonly string[]): Promise<void> => {
  for (const reason of excess) {
    terminal.say(`! ${reason}`);
  }
  if (
    excess.length > 0 &&
    terminal.isInteractive &&
    !(await terminal.confirm('Store this token all the same?', false))
  ) {
    throw new OperatorError('Stopped', 'stopped; nothing was written', EXIT_CODE.interrupted);
  }
};

/** How a person logs in. */
export interface LoginOptions extends Pick<AuthorizeOptions, 'port' | 'noBrowser' | 'loginTimeoutMs'> {
  /** Shown in the browser once the pair was used. */
  readonly page: Omit<EndPage, 'isGood'>;
}

/**
 * Has a person log in with the browser, and hands the pair to `use`; the browser shows how both ended.
 *
 * @throws OperatorError
 */
export const logIn = async <Result>(
  terminal: Terminal,
  origins: GenesysOrigins,
  client: ClientCredentials,
  options: LoginOptions,
  use: (pair: AuthorizedPair) => Promise<Result>,
): Promise<Result> => {
  const port = options.port ?? REDIRECT.defaultPort;
  const request = createLoginRequest(redirectUriOf(port));
  const listener = await CallbackListener.start(port, request.state);
  try {
    const { noBrowser = false, loginTimeoutMs = 300_000 } = options;
    await openLogin(terminal, loginUrl(origins.login, client.clientId, request), noBrowser, loginTimeoutMs);
    const answer = await listener.answer(loginTimeoutMs);
    return await showing(answer, options.page, async () => {
      const tokens = await exchangeCode(origins, client, request, answer.code);
      return use({ ...client, ...tokens });
    });
  } finally {
    await listener.close();
  }
};

/**
 * Logs the service user in, stores the pair and proves it by one rotation.
 *
 * @throws OperatorError; until its message says that the pair is stored, the secret is as it was.
 */
export const authorize = async (
  deployment: Deployment,
  terminal: Terminal,
  environment: Readonly<Record<string, string | undefined>>,
  options: AuthorizeOptions = {},
): Promise<CommandResult> => {
  const { outputs, aws } = deployment;
  if (options.clientFromStdin === true && options.tokensFromStdin === true) {
    throw new OperatorError(
      'InputUnusable',
      '--client-from-stdin and --tokens-from-stdin exclude each other: there is one standard input',
      EXIT_CODE.usage,
    );
  }
  const settings = await readRefreshSettings(aws.lambda, outputs.refresh_function_arn);
  const origins = genesysOrigins(settings);
  const secretArn = tokenSecretArn(deployment, options.token ?? 1);
  const store = async (pair: AuthorizedPair): Promise<StoredPair & { readonly genesys?: Login }> => {
    await proveAccessToken(origins, pair.accessToken, settings.REQUIRED_SCOPES);
    const identity = await readIdentity(origins, pair.accessToken);
    if (identity === undefined) {
      terminal.say('Genesys does not say who logged in: the OAuth client lacks the scope user-basic-info');
    } else {
      terminal.say(identityLine(identity));
      await agreeToExcess(terminal, excessOf(identity, settings.REQUIRED_SCOPES));
    }
    const stored = await storePair(aws.secretsManager, secretArn, pair);
    return identity === undefined ? stored : { ...stored, genesys: loginOf(identity) };
  };
  const stored =
    options.tokensFromStdin === true
      ? await store(await readPair(terminal))
      : await logIn(
          terminal,
          origins,
          await readClientCredentials(terminal, environment, options.clientFromStdin ?? false),
          {
            ...options,
            page: {
              title: 'Authorized',
              text: 'The token pair is stored. You can close this tab; the terminal shows the first rotation.',
            },
          },
          store,
        );
  const progress = terminal.begin('Rotating the pair once, to prove the chain');
  try {
    const rotatedVersionId = await proveRotation(
      aws.secretsManager,
      secretArn,
      outputs.refresh_function_arn,
      { timeoutMs: options.rotationTimeoutMs ?? 180_000, pollMs: options.pollMs ?? 1000 },
    );
    progress.done('The rotation finished: the chain holds');
    return {
      text: `Authorized: ${secretArn} holds a live token pair, and the rotation keeps it alive from now on.\nNext: ${commandOn(deployment, 'doctor')}`,
      json: { ok: true, secretArn, ...stored, rotatedVersionId },
      exitCode: EXIT_CODE.done,
    };
  } catch (error) {
    progress.fail();
    throw error;
  }
};
