import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { createObservability } from '../../../functions/shared/observability';

const publishedOf = (variable: string | undefined): readonly string[] => {
  if (variable === undefined) {
    delete process.env['PUBLISHED_METRICS'];
  } else {
    process.env['PUBLISHED_METRICS'] = variable;
  }
  const { metrics } = createObservability('some-function');
  metrics.addMetric('Wanted', MetricUnit.Count, 1);
  metrics.addMetric('Unwanted', MetricUnit.Count, 1);
  const { _aws: directives } = metrics.serializeMetrics();
  metrics.clearMetrics();
  return directives.CloudWatchMetrics.flatMap(({ Metrics: named }) => named.map(({ Name }) => Name));
};

afterEach(() => {
  delete process.env['PUBLISHED_METRICS'];
});

test.each([undefined, ''])('every metric is published where the variable is %p', (variable) => {
  expect(publishedOf(variable)).toEqual(['Wanted', 'Unwanted']);
});

test('only the metrics that are named are published', () => {
  expect(publishedOf('Other, Wanted')).toEqual(['Wanted']);
});
