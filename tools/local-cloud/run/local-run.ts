import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import * as v from 'valibot';
import { MovableClock } from '../clock';
import { type LeftVoicemail, type Queue, tokenHash } from '../genesys';
import { PageActions } from '../page/page-actions';
import { type Page, servePage } from '../page/page-server';
import { type LocalStack, readSynthesizedStack, startLocalStack } from '../stack';
import { VOICEMAIL_SAMPLES } from '../voicemails';
import { ArchiveReader } from './archive-reader';
import { OutcomeCounts } from './outcome-counts';
import type { MovedVoicemail, RotationReport, RunReport } from './report';
import { CannotBeginError, DEADLINE_NOTE, present, RunFailedError } from './run-failed';
import { RunFolder } from './run-folder';
import { synthesizeApp } from './synthesize';

/** How the run goes. */
export interface LocalRunOptions {
  readonly projectFolder: string;
  /** The deployment whose stack is made real. */
  readonly deployment: string;
  /** Voicemails to leave; the last one appears late. */
  readonly voicemails: number;
  /** Ports on 127.0.0.1; free ones where none are given. */
  readonly ports: { readonly aws?: number; readonly control?: number; readonly page?: number };
}

/** The redirect URI of `authorize` at its default port. */
const REDIRECT_URI = 'http://127.0.0.1:8765/callback';
/** How late the last voicemail appears, in milliseconds. */
const LATE_MS = 4 * 60_000;
/** Names of the first queues, as a person would type them; more have the simulator's. */
const QUEUE_NAMES = ['Customer care', 'Sales'];
/** Rounds after which a voicemail that is still not stored is given up. */
const MOST_ROUNDS = 50;

const tokenPair = v.object({ accessToken: v.string(), refreshToken: v.string() });

/** One run: each step once, in order. Every step says what a person would want to see of it. */
export class LocalRun {
  readonly #options: LocalRunOptions;
  readonly #clock = new MovableClock();
  readonly #outcomes = new OutcomeCounts();
  readonly #logs: string[] = [];
  readonly #rotations: RotationReport[] = [];
  readonly #objects: MovedVoicemail[] = [];
  #stack: LocalStack | undefined;
  #secrets: SecretsManagerClient | undefined;
  #s3: S3Client | undefined;
  #archive: ArchiveReader | undefined;
  #lastLeft: LeftVoicemail | undefined;
  #working: Promise<void> | undefined;
  #events = 0;
  #page: Page | undefined;
  #folder: RunFolder | undefined;
  #queues: readonly Queue[] = [];

  constructor(options: LocalRunOptions) {
    this.#options = options;
  }

  /** Every line that the functions wrote. */
  get logs(): readonly string[] {
    return this.#logs;
  }

  get stack(): LocalStack {
    return present(this.#stack, 'the stack is started first');
  }

  /** Looks whether there is what was asked for, and takes the folder of the runs. @throws CannotBeginError */
  begin(): void {
    const { projectFolder, deployment } = this.#options;
    const folder = join(projectFolder, 'deployments');
    const names = (existsSync(folder) ? readdirSync(folder) : []).flatMap(
      (file) => /^(.+)\.json$/.exec(file)?.[1] ?? [],
    );
    if (!names.includes(deployment)) {
      throw new CannotBeginError(
        `there is no deployment ${JSON.stringify(deployment)}; deployments/ has ${names.join(', ') || 'none'}`,
      );
    }
    this.#folder = RunFolder.take(join(projectFolder, '.local'));
  }

  async synthesize(): Promise<string> {
    await synthesizeApp(this.#options.projectFolder);
    return `cdktf.out/stacks/${this.#options.deployment}/cdk.tf.json`;
  }

  /** Makes the stack real, and gives Genesys Cloud the queues that it names. */
  async start(): Promise<readonly string[]> {
    const { projectFolder, deployment, ports } = this.#options;
    const stack = await startLocalStack({
      stack: readSynthesizedStack(join(projectFolder, 'cdktf.out'), deployment),
      clock: this.#clock,
      ...(ports.aws === undefined ? {} : { awsPort: ports.aws }),
      ...(ports.control === undefined ? {} : { genesys: { ports: { control: ports.control } } }),
      onLog: (functionName, line) => {
        this.#logs.push(`${functionName}: ${line}`);
        this.#outcomes.take(line);
      },
    });
    this.#stack = stack;
    this.#queues = stack.queueIds.map((id, index) =>
      stack.genesys.createQueue({ id, name: QUEUE_NAMES[index] }),
    );
    const client = {
      endpoint: stack.aws.origin,
      region: stack.aws.region,
      credentials: stack.operatorCredentials,
    };
    this.#secrets = new SecretsManagerClient(client);
    this.#s3 = new S3Client(client);
    this.#archive = new ArchiveReader({
      s3: this.#s3,
      stack,
      folder: this.folder.archive,
    });
    await stack.aws.secretsManager.rotationsIdle();
    return this.addresses();
  }

  /** Where everything answers. */
  addresses(): readonly string[] {
    const { aws, genesys } = this.stack;
    return [
      `AWS_ENDPOINT_URL       ${aws.origin}`,
      `Genesys Cloud API      ${genesys.origins.api}`,
      `Genesys Cloud login    ${genesys.origins.login}`,
      `Genesys Cloud media    ${genesys.origins.media}`,
      `simulator control      ${genesys.origins.control}`,
      ...this.#queues.map(({ id, name }) => `queue                  ${id}  ${name}`),
    ];
  }

  /**
   * Lets the function work whatever comes, and writes what a person's commands need to work on this run: the outputs, and
   * variables to source.
   *
   * @returns what to type in another terminal
   */
  keep(): readonly string[] {
    const { deployment } = this.#options;
    const { aws, genesys, operatorCredentials, outputs, mapping } = this.stack;
    const outputsPath = this.folder.write(
      'outputs.json',
      JSON.stringify({ [deployment]: outputs }, undefined, 2),
    );
    const variables = {
      AWS_ENDPOINT_URL: aws.origin,
      AWS_REGION: aws.region,
      AWS_ACCESS_KEY_ID: operatorCredentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: operatorCredentials.secretAccessKey,
      AWS_SESSION_TOKEN: operatorCredentials.sessionToken,
      GENESYS_VOICEMAIL_OUTPUTS: outputsPath,
      // For init, which finds no function that would tell it.
      GENESYS_API_ORIGIN: genesys.origins.api,
      GENESYS_LOGIN_ORIGIN: genesys.origins.login,
    };
    const lines = Object.entries(variables).map(([name, value]) => `export ${name}='${value}'\n`);
    this.folder.write('environment.sh', lines.join(''));
    this.#working = mapping.run();
    return ['In another terminal, here:', '  . .local/environment.sh', '  npx genesys-voicemail doctor'];
  }

  /** Serves the page to watch the run by. @returns its address */
  async servePage(): Promise<string> {
    const { stack, secrets, s3, logs } = this;
    const clock = this.#clock;
    const subject = { stack, secrets, s3, clock, logs };
    this.#page = await servePage(
      { ...subject, events: () => this.#events },
      new PageActions({
        ...subject,
        onEvent: () => {
          this.#events += 1;
        },
      }),
      this.#options.ports.page ?? 0,
    );
    return this.#page.origin;
  }

  /** Makes what a person logs in with, for `authorize`: an OAuth client with the redirect URI, and a service user. */
  makeLogin(): readonly string[] {
    const { genesys } = this.stack;
    const client = genesys.createOAuthClient({
      redirectUris: [REDIRECT_URI],
      scopes: [
        // More than the functions need, so that erase can be tried; authorize asks about it.
        'voicemail',
        'conversations:readonly',
        'user-basic-info',
        'routing:readonly',
        'organization:readonly',
      ],
    });
    const { email, password } = genesys.createUser({ name: 'Service user' });
    return [
      'To log in once more, as on the set-up page (npx genesys-voicemail authorize):',
      `  OAuth client id      ${client.id}`,
      `  OAuth client secret  ${client.secret}`,
      `  user                 ${email}`,
      `  password             ${password}`,
      'The client may delete voicemail, so that erase can be tried: answer yes where authorize asks.',
    ];
  }

  /** Grants each secret its first pair, as people's logins would, and stores it as `authorize` does. */
  async authorize(): Promise<readonly string[]> {
    for (const SecretId of this.stack.secretArns) {
      const { clientId, clientSecret, accessToken, refreshToken } = this.stack.genesys.grantFirstPair();
      await this.secrets.send(
        new PutSecretValueCommand({
          SecretId,
          SecretString: JSON.stringify({ clientId, clientSecret, accessToken, refreshToken }),
          VersionStages: ['AWSCURRENT', 'LATEST_GRANT'],
        }),
      );
    }
    return this.stack.secretArns.map((arn) => `stored in ${arn}`);
  }

  /** Has Secrets Manager rotate the secret through the real bundle. */
  async rotate(): Promise<readonly string[]> {
    const { secretArn, aws, genesys } = this.stack;
    const before = await this.#currentPair();
    const labelsBefore = await this.#labels();
    await this.secrets.send(new RotateSecretCommand({ SecretId: secretArn }));
    await aws.secretsManager.rotationsIdle();
    const after = await this.#currentPair();
    const attempt = aws.secretsManager.rotationAttempts.at(-1);
    const report: RotationReport = {
      redemptions: genesys.counters().refreshTokens[tokenHash(before.refreshToken)]?.redeemed ?? 0,
      promoted: after.refreshToken !== before.refreshToken && after.accessToken !== before.accessToken,
    };
    this.#rotations.push(report);
    if (attempt?.outcome !== 'succeeded' || !report.promoted || report.redemptions !== 1) {
      throw new RunFailedError(
        `the rotation ${attempt?.outcome ?? 'did not run'} (${attempt?.failedStep ?? 'all steps'}: ${attempt?.errorType ?? '-'}), ` +
          `the refresh token was redeemed ${report.redemptions} times, the new pair was ${report.promoted ? '' : 'not '}promoted; ${DEADLINE_NOTE}`,
      );
    }
    return [
      ...labelsBefore.map((line) => `before  ${line}`),
      ...(await this.#labels()).map((line) => `after   ${line}`),
      'the refresh token was spent once',
    ];
  }

  /** Leaves a voicemail and follows it from the event to the archive. */
  async moveVoicemail(number: number): Promise<readonly string[]> {
    const isLate = number === this.#options.voicemails;
    const left = this.#leaveVoicemail(number, isLate ? LATE_MS : 0);
    const { matchedRules } = await this.stack.bus.putPartnerEvent(left.event);
    this.#events += 1;
    const startedAtMs = this.#clock.now();
    const rounds = await this.#workQueue();
    const moved = await this.archive.readBack(left);
    this.#objects.push(moved);
    const waitedSeconds = Math.round((this.#clock.now() - startedAtMs) / 1000);
    return [
      `event   matched ${matchedRules.join(', ') || 'no rule'}; ${rounds} ${rounds === 1 ? 'delivery' : 'deliveries'}` +
        (isLate ? `, stored ${waitedSeconds} s after the event by the clock of the run` : ''),
      `object  s3://${this.stack.bucketName}/${moved.key}`,
      `        ${moved.bytes} bytes, sha256 ${moved.sha256} = source`,
    ];
  }

  /** Delivers the last event once more: nothing new may be stored. */
  async repeatEvent(): Promise<string> {
    const left = present(this.#lastLeft, 'a voicemail is left first');
    const versionsBefore = await this.archive.versionCount();
    await this.stack.bus.putPartnerEvent(left.event);
    this.#events += 1;
    await this.#workQueue();
    const versionsAfter = await this.archive.versionCount();
    if (versionsAfter !== versionsBefore || this.#outcomes.of('already-stored') !== 1) {
      throw new RunFailedError(
        `the same event again left ${versionsAfter} versions where ${versionsBefore} were; ${DEADLINE_NOTE}`,
      );
    }
    return `already stored; still ${versionsAfter} versions in the bucket`;
  }

  /** The files to listen to, for lines of their own: Listr breaks what is wider than the terminal. */
  recordings(): readonly string[] {
    return this.#objects.map(({ key }) => this.archive.copyPath(key));
  }

  /** Result of the run; `ok` only where everything held. */
  report(hasFailed: boolean): RunReport {
    const stored = this.#outcomes.of('stored');
    const left = this.#options.voicemails;
    return {
      ok:
        !hasFailed &&
        stored === left &&
        this.#objects.every(({ sha256, sourceSha256 }) => sha256 === sourceSha256),
      rotations: this.#rotations,
      voicemails: { left, stored, alreadyStored: this.#outcomes.of('already-stored') },
      objects: this.#objects,
    };
  }

  async close(): Promise<void> {
    await this.#page?.close();
    this.#secrets?.destroy();
    this.#s3?.destroy();
    await this.#stack?.mapping.stop();
    await this.#working;
    await this.#stack?.close();
    this.#folder?.close();
  }

  private get folder(): RunFolder {
    return present(this.#folder, 'the run begins first');
  }

  private get secrets(): SecretsManagerClient {
    return present(this.#secrets, 'the stack is started first');
  }

  private get s3(): S3Client {
    return present(this.#s3, 'the stack is started first');
  }

  private get archive(): ArchiveReader {
    return present(this.#archive, 'the stack is started first');
  }

  async #currentPair(): Promise<v.InferOutput<typeof tokenPair>> {
    const { SecretString = '' } = await this.secrets.send(
      new GetSecretValueCommand({ SecretId: this.stack.secretArn, VersionStage: 'AWSCURRENT' }),
    );
    return v.parse(tokenPair, JSON.parse(SecretString));
  }

  async #labels(): Promise<readonly string[]> {
    const { VersionIdsToStages = {} } = await this.secrets.send(
      new DescribeSecretCommand({ SecretId: this.stack.secretArn }),
    );
    return Object.entries(VersionIdsToStages).map(
      ([versionId, stages]) => `${versionId.slice(0, 8)}  ${[...stages].sort().join(', ')}`,
    );
  }

  #leaveVoicemail(number: number, appearsAfterMs: number): LeftVoicemail {
    const { genesys, queueIds } = this.stack;
    const transcriptions = [...new Set(VOICEMAIL_SAMPLES.map(({ transcription }) => transcription))];
    const spoken = VOICEMAIL_SAMPLES.filter(
      ({ transcription }) => transcription === transcriptions[(number - 1) % transcriptions.length],
    );
    const left = genesys.leaveVoicemail({
      queueId: present(queueIds[(number - 1) % queueIds.length], 'the deployment names queue ids'),
      audio: Object.fromEntries(spoken.map(({ format, path }) => [format, readFileSync(path)])),
      durationMs: present(spoken[0], 'there is a sample').durationMs,
      transcription: present(spoken[0], 'there is a sample').transcription,
      appearsAfterMs,
    });
    this.#lastLeft = left;
    return left;
  }

  /** Lets the function work until the queue is empty, moving the clock to the next message each time. @returns the rounds */
  async #workQueue(): Promise<number> {
    const { mapping, aws, eventsQueueArn, undeliveredQueueArn } = this.stack;
    for (let round = 1; round <= MOST_ROUNDS; round += 1) {
      await mapping.pollOnce();
      const nextMs = aws.sqs.nextVisibleAt(eventsQueueArn);
      if (nextMs === undefined) {
        if (aws.sqs.messages(undeliveredQueueArn).length > 0) {
          throw new RunFailedError(
            'EventBridge could not deliver the event to its target; it is in the dead-letter queue',
          );
        }
        return round;
      }
      this.#clock.advanceTo(nextMs);
    }
    throw new RunFailedError(`the queue was not empty after ${MOST_ROUNDS} deliveries; ${DEADLINE_NOTE}`);
  }
}
