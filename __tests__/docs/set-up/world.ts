import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { DescribeEventSourceCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { MovableClock } from '../../../tools/local-cloud/clock';
import type { LeftVoicemail, OAuthClient, User } from '../../../tools/local-cloud/genesys';
import {
  type LocalStack,
  readSynthesizedStack,
  SHORT_WAITS,
  startLocalStack,
} from '../../../tools/local-cloud/stack';
import { VOICEMAIL_SAMPLES } from '../../../tools/local-cloud/voicemails';
import type { Checkout } from './checkout';

/** What callers say, one after the other: real recordings, for the mover keeps nothing else. */
export const RECORDINGS = VOICEMAIL_SAMPLES.filter(({ format }) => format === 'WEBM');

/** What an administrator has made in Genesys Cloud, as the page's tables say. */
export interface GenesysSide {
  readonly permissions: readonly string[];
  readonly scopes: readonly string[];
  readonly redirectUri: string;
  readonly tokenSeconds: number;
}

/** Everything outside the newcomer's machine: the AWS account and the Genesys Cloud organization. */
export class World {
  readonly #checkout: Checkout;
  readonly #genesysSide: GenesysSide;
  readonly #clock = new MovableClock();
  #deployed: { readonly stack: LocalStack; readonly file: string; readonly text: string } | undefined;
  #login: { readonly client: OAuthClient; readonly user: User } | undefined;
  #voicemails = 0;

  constructor(checkout: Checkout, genesysSide: GenesysSide) {
    this.#checkout = checkout;
    this.#genesysSide = genesysSide;
  }

  get stack(): LocalStack {
    return present(this.#deployed, 'deployed first').stack;
  }

  get user(): User {
    return present(this.#login, 'deployed first').user;
  }

  /** What the shell has because somebody works in it: AWS credentials, and what was kept of the OAuth client. */
  get variables(): Readonly<Record<string, string>> {
    if (this.#deployed === undefined) {
      return {};
    }
    const { aws, operatorCredentials } = this.stack;
    const { client } = present(this.#login, 'deployed first');
    return {
      AWS_ENDPOINT_URL: aws.origin,
      AWS_ACCESS_KEY_ID: operatorCredentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: operatorCredentials.secretAccessKey,
      AWS_SESSION_TOKEN: operatorCredentials.sessionToken,
      GENESYS_CLIENT_ID: client.id,
      GENESYS_CLIENT_SECRET: client.secret,
    };
  }

  /** Makes the synthesized stack real, as a first apply does. */
  async deploy(deployment: string): Promise<void> {
    const file = `cdktf.out/stacks/${deployment}/cdk.tf.json`;
    const stack = await startLocalStack({
      stack: readSynthesizedStack(this.#checkout.path('cdktf.out'), deployment),
      clock: this.#clock,
      extraVariables: SHORT_WAITS,
    });
    this.#deployed = { stack, file, text: this.#checkout.read(file) };
    const { permissions, scopes, redirectUri, tokenSeconds } = this.#genesysSide;
    const { genesys } = stack;
    for (const id of stack.queueIds) {
      genesys.createQueue({ id });
    }
    this.#login = {
      user: genesys.createUser({ permissions }),
      client: genesys.createOAuthClient({
        scopes,
        redirectUris: [redirectUri],
        accessTokenLifetimeSeconds: tokenSeconds,
      }),
    };
    await stack.aws.secretsManager.rotationsIdle();
  }

  /** Applies the stack of a folder once more: nothing may have changed. @throws where something has. */
  applyAgain(folder: string): void {
    const { file, text } = present(this.#deployed, 'deployed first');
    if (dirname(file) !== folder || this.#checkout.read(file) !== text) {
      throw new Error(`${folder} is another stack than the one that is deployed`);
    }
  }

  /** The event source's state, as the account shows it: it waits until a deployment takes it. */
  async eventSourceState(name: string): Promise<string | undefined> {
    if (this.#deployed === undefined) {
      return 'PENDING';
    }
    const { aws, operatorCredentials } = this.stack;
    const client = new EventBridgeClient({
      endpoint: aws.origin,
      region: aws.region,
      credentials: operatorCredentials,
    });
    try {
      return (await client.send(new DescribeEventSourceCommand({ Name: name }))).State;
    } finally {
      client.destroy();
    }
  }

  /** A caller leaves a voicemail on the first queue. */
  async leaveVoicemail(): Promise<LeftVoicemail> {
    const { genesys, queueIds, bus } = this.stack;
    const sample = RECORDINGS[this.#voicemails % RECORDINGS.length];
    this.#voicemails += 1;
    const left = genesys.leaveVoicemail({
      queueId: present(queueIds[0], 'a deployment of queues'),
      audio: { WEBM: readFileSync(present(sample, 'a sample').path) },
      durationMs: present(sample, 'a sample').durationMs,
    });
    await bus.putPartnerEvent(left.event);
    return left;
  }

  /** Lets the function work until its queue is empty, or until nothing is left to do at once where that is enough. */
  async work({ once = false } = {}): Promise<void> {
    const { mapping, aws, eventsQueueArn } = this.stack;
    for (let rounds = 0; rounds < 20; rounds += 1) {
      await mapping.pollOnce();
      const nextMs = aws.sqs.nextVisibleAt(eventsQueueArn);
      if (once || nextMs === undefined) {
        return;
      }
      this.#clock.advanceTo(nextMs);
    }
    throw new Error('the events queue does not become empty');
  }

  async close(): Promise<void> {
    await this.#deployed?.stack.close();
  }
}

const present = <Value>(value: Value | undefined, what: string): Value => {
  if (value === undefined) {
    throw new TypeError(`the follower expects ${what}`);
  }
  return value;
};
