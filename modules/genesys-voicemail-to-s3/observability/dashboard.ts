import { CloudwatchDashboard } from '@cdktf/provider-aws/lib/cloudwatch-dashboard';
import type { Construct } from 'constructs';
import type { VoicemailRules } from '../events/voicemail-rules';
import type { BundledFunction } from '../functions/bundled-function';
import type { ModuleContext } from '../module-context';
import { type JsonValue, jsonText } from '../policy';
import type { VoicemailQueues } from '../voicemail-queues';
import {
  lambdaMetric,
  type Metric,
  moveMetric,
  oldestMessageAge,
  refreshMetric,
  ruleMetric,
  tokenAge,
  visibleMessages,
  waitingMessages,
} from './metrics';

/** Options of the dashboard. */
export interface DashboardProps {
  readonly context: ModuleContext;
  readonly rules: VoicemailRules;
  readonly queues: VoicemailQueues;
  readonly refresh: BundledFunction;
  readonly move: BundledFunction;
  readonly alarmArns: readonly string[];
}

/** A metric and its label. */
interface Line {
  readonly label: string;
  readonly metric: Metric;
}

/** A graph, or one number for the whole time that the dashboard shows. */
interface MetricWidget {
  readonly title: string;
  readonly view: 'timeSeries' | 'singleValue';
  readonly lines: readonly Line[];
}

/** Columns of a dashboard. Source: "Dashboard Body Structure and Syntax" in the CloudWatch API reference. */
const COLUMNS = 24;

const GRAPH_PERIOD_SECONDS = 300;

/** Writes `[namespace, name, dimension, value, ..., options]`. Source: the same reference. */
const metricEntry = ({ label, metric: { namespace, name, dimensions, statistic } }: Line): JsonValue => [
  namespace,
  name,
  ...Object.entries(dimensions).flat(),
  { label, stat: statistic },
];

/**
 * Creates the page that answers "is mail moving?". Its first row says what arrived, what was stored and what waits. The
 * alarms below say what is wrong, and the graphs since when.
 */
export const createDashboard = (scope: Construct, id: string, props: DashboardProps): CloudwatchDashboard => {
  const { context, alarmArns } = props;
  const { region } = context;
  const row = (y: number, height: number, widgets: readonly MetricWidget[]): readonly JsonValue[] =>
    widgets.map(({ title, view, lines }, index) => ({
      type: 'metric',
      x: (index * COLUMNS) / widgets.length,
      y,
      width: COLUMNS / widgets.length,
      height,
      properties: {
        title,
        view,
        region,
        period: GRAPH_PERIOD_SECONDS,
        // Without this, CloudWatch shows the number of the last five minutes only.
        ...(view === 'singleValue' ? { setPeriodToTimeRange: true } : {}),
        metrics: lines.map(metricEntry),
      },
    }));
  const alarms: JsonValue = {
    type: 'alarm',
    x: 0,
    y: 4,
    width: COLUMNS,
    height: 4,
    properties: { title: 'Alarms', alarms: [...alarmArns] },
  };
  return new CloudwatchDashboard(scope, id, {
    // Dashboards of all regions share one list of names.
    dashboardName: `${context.named('mail')}-${region}`,
    dashboardBody: jsonText('dashboard', {
      start: '-PT24H',
      widgets: [
        ...row(0, 4, numbers(props)),
        alarms,
        ...row(8, 6, flow(props)),
        ...row(14, 6, health(props)),
      ],
    }),
  });
};

const matchedEvents = ({ rules }: DashboardProps): readonly Line[] =>
  rules.rules.map((rule, index) => ({
    label: rules.rules.length === 1 ? 'Events' : `Events of rule ${index + 1}`,
    metric: ruleMetric(rule, 'MatchedEvents', rules.busName),
  }));

const outcomes = ({ move }: DashboardProps): readonly Line[] => [
  { label: 'Stored', metric: moveMetric(move, 'stored') },
  { label: 'Failed', metric: moveMetric(move, 'failed') },
  { label: 'Absent', metric: moveMetric(move, 'absent') },
  { label: 'Skipped', metric: moveMetric(move, 'skipped') },
];

/** The first row: the answer at a glance. */
const numbers = (props: DashboardProps): readonly MetricWidget[] => {
  const { queues, refresh } = props;
  return [
    { title: 'Is mail moving?', view: 'singleValue', lines: [...matchedEvents(props), ...outcomes(props)] },
    {
      title: 'Is anything waiting, and is the token fresh?',
      view: 'singleValue',
      lines: [
        { label: 'Most messages ready', metric: visibleMessages(queues.events) },
        { label: 'Oldest message (s)', metric: oldestMessageAge(queues.events) },
        { label: 'In the failures queue', metric: visibleMessages(queues.failures) },
        { label: 'Undelivered events', metric: visibleMessages(queues.undelivered) },
        { label: 'Oldest token (s)', metric: tokenAge(refresh) },
      ],
    },
  ];
};

/** The way of a voicemail, from the event to the object. */
const flow = (props: DashboardProps): readonly MetricWidget[] => {
  const { rules, queues, move } = props;
  return [
    {
      title: 'Events',
      view: 'timeSeries',
      lines: [
        ...matchedEvents(props),
        ...rules.rules.map((rule, index) => ({
          label: `Lost by rule ${index + 1}: not even its dead-letter queue took them`,
          metric: ruleMetric(rule, 'InvocationsFailedToBeSentToDlq', rules.busName),
        })),
      ],
    },
    {
      title: 'Events queue',
      view: 'timeSeries',
      lines: [
        { label: 'Ready', metric: visibleMessages(queues.events) },
        { label: 'In work or waiting', metric: waitingMessages(queues.events) },
      ],
    },
    {
      title: 'Outcomes',
      view: 'timeSeries',
      lines: [
        ...outcomes(props),
        { label: 'Stored already', metric: moveMetric(move, 'alreadyStored') },
        { label: 'Given back', metric: moveMetric(move, 'givenBack') },
        { label: 'Found by the reconcile', metric: moveMetric(move, 'reconcileSent') },
        { label: 'Reconciles left to the next run', metric: moveMetric(move, 'reconcilePostponed') },
      ],
    },
  ];
};

/** The state of the queue, the functions and the token. */
const health = ({ queues, move, refresh }: DashboardProps): readonly MetricWidget[] => [
  {
    title: 'Age of the oldest message (s)',
    view: 'timeSeries',
    lines: [{ label: 'Events queue', metric: oldestMessageAge(queues.events) }],
  },
  {
    title: 'Functions',
    view: 'timeSeries',
    lines: [
      { label: 'Moves', metric: lambdaMetric(move, 'Invocations') },
      { label: 'Move errors', metric: lambdaMetric(move, 'Errors') },
      { label: 'Move throttles', metric: lambdaMetric(move, 'Throttles') },
      { label: 'Rotation errors', metric: lambdaMetric(refresh, 'Errors') },
    ],
  },
  {
    title: 'Token',
    view: 'timeSeries',
    lines: [
      { label: 'Age at rotation (s)', metric: tokenAge(refresh) },
      { label: 'Rotated', metric: refreshMetric(refresh, 'rotationSucceeded') },
      { label: 'Rotation steps failed', metric: refreshMetric(refresh, 'rotationFailed') },
      { label: 'Refused by Genesys', metric: moveMetric(move, 'tokenRefused') },
    ],
  },
];
