import { Container } from '../../virtual/container';
import type { FunctionCode } from '../../virtual/function-code';
import { Pace } from '../../virtual/pace';
import type { VirtualTime } from '../../virtual/virtual-time';
import type { Services } from './services';
import { ACCOUNT_ID, REGION, VARIABLES } from './settings';

const FUNCTION_ROLE_ARN = `arn:aws:iam::${ACCOUNT_ID}:role/refresh-auth-token`;

/** Which of two containers: the second works only where two runs overlap. */
export type Slot = 0 | 1;

/**
 * The function's containers: a warm one serves invocation after invocation and case after case, as on Lambda, until it is
 * killed. Fresh ones run far slower, since nothing of their code is compiled yet.
 */
export class Containers {
  /** Keys that the function has, by what they are. */
  readonly secrets: ReadonlyMap<string, string>;
  readonly #code: FunctionCode;
  readonly #time: VirtualTime;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #pace: Pace;
  readonly #current = new Map<Slot, Container>();
  #killed: Container[] = [];

  constructor(code: FunctionCode, time: VirtualTime, { aws, genesys }: Services) {
    const { accessKeyId, secretAccessKey, sessionToken } = aws.issueCredentials(FUNCTION_ROLE_ARN);
    this.#code = code;
    this.#time = time;
    this.#pace = new Pace(time);
    this.#environment = {
      ...VARIABLES,
      AWS_DEFAULT_REGION: REGION,
      AWS_ENDPOINT_URL: aws.origin,
      GENESYS_API_ORIGIN: genesys.origins.api,
      GENESYS_LOGIN_ORIGIN: genesys.origins.login,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
    };
    this.secrets = new Map([
      ['the AWS secret access key', secretAccessKey],
      ['the AWS session token', sessionToken],
    ]);
  }

  /** The container for the next invocation. */
  next(slot: Slot): Container {
    const current = this.#current.get(slot);
    if (current?.isAlive === true) {
      return current;
    }
    if (current !== undefined) {
      this.#killed.push(current);
    }
    const fresh = new Container({
      code: this.#code,
      time: this.#time,
      pace: this.#pace,
      environment: this.#environment,
    });
    this.#current.set(slot, fresh);
    return fresh;
  }

  /** Closes the connections of the containers that were killed. */
  disposeKilled(): void {
    for (const container of this.#killed) {
      container.dispose();
    }
    this.#killed = [];
  }

  /** Ends every container. */
  dispose(): void {
    for (const container of this.#current.values()) {
      container.dispose();
    }
    this.#current.clear();
    this.disposeKilled();
  }
}
