import { type BackfillOptions, backfill } from '../../cli/commands/backfill/backfill';
import { regionOf } from '../../cli/deployment';
import { type CommandPolicy, policyDocument } from '../../cli/policy';
import type { FaultSource, OutsideCall } from '../../tools/local-cloud/faults';
import { type LocalDeployment, seed, startDeployment } from './local-deployment';
import { RecordingTerminal } from './recording-terminal';

/** Refuses calls of AWS from a chosen one on, as if the process had been stopped there. */
export class StopAt implements FaultSource {
  #stops: ((call: OutsideCall) => boolean) | undefined;

  from(stops: (call: OutsideCall) => boolean): void {
    this.#stops = stops;
  }

  never(): void {
    this.#stops = undefined;
  }

  decide(call: OutsideCall) {
    return this.#stops?.(call) === true
      ? ({ effect: 'none', answer: { kind: 'error', status: 400, code: 'InvalidAction' } } as const)
      : undefined;
  }
}

/** An authorized deployment whose calls of AWS can be stopped, and its first queue. */
export const prepare = async (options: Parameters<typeof startDeployment>[0] = {}) => {
  const stopAt = new StopAt();
  const deployment = await startDeployment({ awsFaults: stopAt, ...options });
  await seed(deployment);
  const [queueId = ''] = deployment.stack.queueIds;
  return { deployment, stopAt, queueId };
};

/** Leaves voicemails a minute apart, the newest of them `ageMs` ago. */
export const leave = (
  { stack, clock }: LocalDeployment,
  queueId: string,
  count: number,
  ageMs = 2 * 3_600_000,
) =>
  Array.from({ length: count }, (_, index) =>
    stack.genesys.leaveVoicemail({
      queueId,
      audio: { WEBM: { sizeBytes: 4000, seed: index } },
      durationMs: 4000,
      createdAtMs: clock.now() - ageMs - index * 60_000,
    }),
  );

/** Lets the function work until nothing is left to do. */
export const work = async ({ stack, clock, outputs }: LocalDeployment): Promise<void> => {
  for (
    let next: number | undefined = clock.now();
    next !== undefined;
    next = stack.aws.sqs.nextVisibleAt(outputs.events_queue_arn)
  ) {
    clock.advanceTo(next);
    await stack.mapping.pollOnce();
  }
};

/** Every key in the bucket, once for each version and marker. */
export const keys = ({ stack, outputs }: LocalDeployment): readonly string[] =>
  stack.s3.objects(outputs.bucket_name).map(({ key }) => key);

/** Runs `backfill`; what it reports. */
export const runBackfill = async (deployment: LocalDeployment, options: BackfillOptions) =>
  (await backfill(deployment, new RecordingTerminal(), options)).json;

/** Clients of somebody who has a command's policy and nothing else. */
export const withPolicy = (deployment: LocalDeployment, policy: CommandPolicy): LocalDeployment => {
  const names = { ...deployment.outputs, region: regionOf(deployment.outputs) };
  return { ...deployment, aws: deployment.as('operator-of-one', policyDocument(policy, names)) };
};

/** Rights of that policy which nothing has used. */
export const unusedGrants = ({ stack }: LocalDeployment) =>
  stack.authorizer.unusedGrants().filter(({ principal }) => principal.endsWith('/operator-of-one'));
