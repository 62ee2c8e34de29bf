import { readFileSync } from 'node:fs';
import {
  GetSecretValueCommand,
  RotateSecretCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import * as v from 'valibot';
import type { MovableClock } from '../clock';
import type { LocalStack } from '../stack';
import { VOICEMAIL_SAMPLES } from '../voicemails';

/** The parts of the local run that the buttons act on. */
export interface ActionSubject {
  readonly stack: LocalStack;
  readonly secrets: SecretsManagerClient;
  readonly clock: MovableClock;
  /** Told of each event that is sent. */
  onEvent(): void;
}

const tokenPair = v.object({ accessToken: v.string() });

const HOUR_MS = 60 * 60_000;
/** How long Genesys takes to publish a slow voicemail: longer than a person waits, shorter than the mover does. */
const SLOW_MS = 4 * 60_000;

const sampleOf = (number: number) => {
  const webm = VOICEMAIL_SAMPLES.filter(({ format }) => format === 'WEBM');
  const sample = webm[number % webm.length];
  if (sample === undefined) {
    throw new RangeError('there is no sample in WEBM');
  }
  return sample;
};

/** The buttons of the page: each does one thing that happens to a deployment, and says what it did. */
export class PageActions {
  readonly #subject: ActionSubject;
  #left = 0;

  constructor(subject: ActionSubject) {
    this.#subject = subject;
  }

  /** A caller leaves a voicemail, and Genesys sends its event. */
  async leaveVoicemail(appearsAfterMs = 0): Promise<string> {
    const { stack } = this.#subject;
    const sample = sampleOf(this.#left);
    const queueId = stack.queueIds[this.#left % stack.queueIds.length];
    this.#left += 1;
    const left = stack.genesys.leaveVoicemail({
      ...(queueId === undefined ? {} : { queueId }),
      audio: { WEBM: readFileSync(sample.path) },
      durationMs: sample.durationMs,
      transcription: sample.transcription,
      appearsAfterMs,
    });
    await stack.bus.putPartnerEvent(left.event);
    this.#subject.onEvent();
    return appearsAfterMs === 0
      ? `voicemail ${left.messageId} was left`
      : `voicemail ${left.messageId} was left; Genesys publishes it in ${appearsAfterMs / 60_000} minutes`;
  }

  /** The same, of a voicemail that Genesys is slow to publish. */
  leaveSlowVoicemail(): Promise<string> {
    return this.leaveVoicemail(SLOW_MS);
  }

  /** A caller hangs up in the menu: an event, and no voicemail. */
  async hangUp(): Promise<string> {
    const { stack } = this.#subject;
    const [queueId] = stack.queueIds;
    const { event } = stack.genesys.abandonVoicemail(queueId === undefined ? {} : { queueId });
    await stack.bus.putPartnerEvent(event);
    this.#subject.onEvent();
    return 'a caller hung up: an event without a voicemail';
  }

  /** Genesys ends every token of the service user whose token the secret holds, as an administrator can. */
  async revokeTokens(): Promise<string> {
    const { stack, secrets } = this.#subject;
    const { SecretString = '' } = await secrets.send(
      new GetSecretValueCommand({ SecretId: stack.secretArn }),
    );
    const { accessToken } = v.parse(tokenPair, JSON.parse(SecretString));
    const userId = stack.genesys.userOf(accessToken);
    const ended = userId === undefined ? 0 : stack.genesys.revokeTokens(userId);
    const what = ended === 0 ? 'the token was revoked already' : `${ended} tokens were revoked`;
    return `${what}; the deployment needs a new login (genesys-voicemail authorize)`;
  }

  /** Secrets Manager rotates the secret through the real bundle. */
  async rotate(): Promise<string> {
    const { stack, secrets } = this.#subject;
    await secrets.send(new RotateSecretCommand({ SecretId: stack.secretArn }));
    await stack.aws.secretsManager.rotationsIdle();
    const attempt = stack.aws.secretsManager.rotationAttempts.at(-1);
    return attempt?.outcome === 'succeeded'
      ? 'the rotation succeeded'
      : `the rotation ${attempt?.outcome ?? 'did not run'}: ${attempt?.errorType ?? 'no error'}`;
  }

  /** Moves the clock, and has everything run that became due: rotations, and the reconcile. */
  async advance(hours: number): Promise<string> {
    const { stack, clock } = this.#subject;
    clock.advance(hours * HOUR_MS);
    const attempts = await stack.aws.secretsManager.runDue();
    for (const schedule of stack.schedules) {
      schedule.fire();
    }
    return `it is ${hours} hours later; ${attempts.length} rotations ran, and the reconcile was sent`;
  }

  /** Genesys answers 503 to everything, until it is pressed again. */
  async toggleOutage(): Promise<string> {
    const { genesys } = this.#subject.stack;
    if (genesys.faults().length > 0) {
      genesys.clearFaults();
      return 'Genesys answers again';
    }
    genesys.injectFault({
      service: 'api',
      fault: { effect: 'none', answer: { kind: 'error', status: 503 } },
    });
    return 'Genesys answers 503 to every call of its API';
  }
}
