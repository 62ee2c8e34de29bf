import * as v from 'valibot';
import type { InvocationResult } from '../../../tools/local-cloud/lambda';

/** One metric of an invocation, as CloudWatch reads it from the log. */
export interface EmittedMetric {
  readonly name: string;
  readonly sum: number;
  readonly dimensions: readonly Readonly<Record<string, unknown>>[];
}

const numberOrNumbers = v.union([v.number(), v.array(v.number())]);

const embeddedMetrics = v.looseObject({
  _aws: v.object({
    CloudWatchMetrics: v.array(
      v.object({
        Namespace: v.literal('GenesysVoicemailToS3'),
        Dimensions: v.array(v.array(v.string())),
        Metrics: v.array(v.object({ Name: v.string() })),
      }),
    ),
  }),
});

/** The metrics in embedded metric format among log lines. */
export const metricsIn = (logs: readonly string[]): readonly EmittedMetric[] =>
  logs
    .filter((line) => line.includes('"_aws"'))
    .flatMap((line) => {
      const entry = v.parse(embeddedMetrics, JSON.parse(line));
      return entry._aws.CloudWatchMetrics.flatMap(({ Metrics, Dimensions }) =>
        Metrics.map(({ Name }) => ({
          name: Name,
          sum: [v.parse(numberOrNumbers, entry[Name])].flat().reduce((sum, value) => sum + value, 0),
          dimensions: Dimensions.map((names) => Object.fromEntries(names.map((name) => [name, entry[name]]))),
        })),
      );
    });

/** The sum of a metric over an invocation; 0 where it was not published. */
export const metric = (result: InvocationResult, name: string): number =>
  metricsIn(result.logs)
    .filter((emitted) => emitted.name === name)
    .reduce((sum, emitted) => sum + emitted.sum, 0);

/** The kind that a failed invocation was counted under; `undefined` where it was not counted. */
export const countedKind = (result: InvocationResult): unknown =>
  metricsIn(result.logs)
    .filter(({ name }) => name === 'RotationFailed')
    .flatMap(({ dimensions }) => dimensions.flatMap(({ kind }) => kind ?? []))[0];

/** The fields of the log lines with this message. */
export const logged = (
  result: InvocationResult,
  message: string,
): readonly Readonly<Record<string, unknown>>[] =>
  result.logs
    .filter((line) => line.startsWith('{'))
    .map((line) => v.parse(v.record(v.string(), v.unknown()), JSON.parse(line)))
    .filter((fields) => fields['message'] === message);
