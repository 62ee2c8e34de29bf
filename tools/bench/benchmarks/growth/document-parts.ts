import { fixedUsdPerMonth } from './cost';
import { arrivalsByMinute, FIRST_HOUR, hourOf, PERCENT_BY_HOUR } from './day-curve';
import { ASSUMPTIONS, PRICES } from './prices';
import {
  DEFAULT_REQUESTS_PER_MINUTE,
  ONE_INSTANCE,
  perDayWithoutWaiting,
  SCENARIOS,
  type Scenario,
  servedPerMinute,
  simulateScenario,
} from './scenarios';

const number = (value: number, digits = 0): string =>
  value.toLocaleString('en-GB', { minimumFractionDigits: digits, maximumFractionDigits: digits });

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map((_, column) => (column === 0 ? '---' : '---:')), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');

/** `4 min`, `9.4 h`. */
const duration = (minutes: number): string => {
  if (minutes < 1) {
    return 'under 1 min';
  }
  return minutes < 120 ? `${number(minutes)} min` : `${number(minutes / 60, 1)} h`;
};

const setUp = ({ instances, requestsPerMinute }: Scenario): string =>
  `${number(instances)} × ${number(requestsPerMinute)}`;

const days = (): string =>
  table(
    [
      'Voicemails a day',
      'Tokens × requests a minute',
      'Left in the busiest minute',
      'Stored at most in a minute',
      'Most waiting',
      '95 % stored within',
      'The last within',
      'Containers busy at once',
      'Deliveries per voicemail',
    ],
    SCENARIOS.map(simulateScenario).map((result) => [
      number(result.voicemailsPerDay),
      setUp(result),
      number(result.busiestMinute),
      number(result.servedPerMinute),
      number(result.mostWaiting),
      duration(result.waited95Minutes),
      duration(result.waitedMostMinutes),
      number(Math.ceil(result.busyContainers)),
      number(result.deliveriesPerVoicemail, 1),
    ]),
  );

const costs = (): string =>
  table(
    [
      'Voicemails a day',
      'Tokens × requests a minute',
      'USD per 1,000 voicemails',
      'without the fixed monthly costs',
      'USD a month',
    ],
    SCENARIOS.map(simulateScenario).map((result) => [
      number(result.voicemailsPerDay),
      setUp(result),
      number(result.usdPerVoicemailInAll * 1000, 3),
      number(result.usdPerVoicemail * 1000, 3),
      number(result.usdPerVoicemailInAll * result.voicemailsPerDay * ASSUMPTIONS.daysPerMonth.value),
    ]),
  );

const assumptions = (): string =>
  table(
    ['Assumption', 'Value'],
    [
      ...Object.values(ASSUMPTIONS).map(({ meaning, value }) => [meaning, String(value)]),
      ...Object.values(PRICES).map(({ per, usd }) => [
        `USD per ${per}`,
        usd.toFixed(10).replace(/0+$/, '').replace(/\.$/, ''),
      ]),
    ],
  );

/** The hours of a simulated day in their order. */
const HOURS = PERCENT_BY_HOUR.map((_, index) => (FIRST_HOUR + index) % PERCENT_BY_HOUR.length);

const MINUTES_PER_HOUR = 60;

/** Mermaid's own colour of bars is hardly seen on a light page; these two are on a light and on a dark one. */
const LOOK = {
  themeVariables: { xyChart: { plotColorPalette: '#3b82f6, #d97706', backgroundColor: 'transparent' } },
};

/** Mermaid draws text and axes in the colours of the page that it is on, light or dark. */
const chart = (lines: readonly string[]): string =>
  [
    '```mermaid',
    `%%{init: ${JSON.stringify(LOOK)}}%%`,
    'xychart-beta',
    ...lines.map((line) => `    ${line}`),
    '```',
  ].join('\n');

const BUSY_DAY = 100_000;

const ONE_TOKEN = SCENARIOS.filter(
  ({ voicemailsPerDay, instances }) => voicemailsPerDay === BUSY_DAY && instances === 1,
);

/** Voicemails per minute, hour by hour, beside what one token lets through. */
const arrivalsChart = (): string => {
  const arrivals = arrivalsByMinute(BUSY_DAY);
  const perMinute = HOURS.map((hour) => {
    const inHour = arrivals.filter((_, minute) => hourOf(minute) === hour);
    return Math.round(inHour.reduce((total, count) => total + count, 0) / MINUTES_PER_HOUR);
  });
  return ONE_TOKEN.map((scenario) =>
    chart([
      `title "Blue: voicemails left. Orange: stored at most"`,
      `x-axis "hour of the day" [${HOURS.join(', ')}]`,
      'y-axis "voicemails a minute" 0 --> 180',
      `bar [${perMinute.join(', ')}]`,
      `line [${HOURS.map(() => servedPerMinute(scenario)).join(', ')}]`,
    ]),
  ).join('\n');
};

/** What waits at the end of each hour. */
const waitingChart = (): string =>
  ONE_TOKEN.map((scenario) => {
    const { simulated } = simulateScenario(scenario);
    const waiting = HOURS.map(
      (_, index) => (simulated.waiting[(index + 1) * MINUTES_PER_HOUR - 1] ?? 0) / 1000,
    );
    return chart([
      'title "Voicemails that wait at the end of each hour"',
      `x-axis "hour of the day" [${HOURS.join(', ')}]`,
      'y-axis "thousand voicemails" 0 --> 24',
      `line [${waiting.map((thousands) => thousands.toFixed(1)).join(', ')}]`,
    ]);
  }).join('\n');

/** What a voicemail may take of the budget. `npm run bench -- --only backlog` counts them. */
const NEEDS = [
  { need: 'named by the queue message, as those of a reconcile are', requests: 2 },
  { need: 'found by its conversation: the usual way', requests: 3 },
  { need: 'the same, then disconnected, marked as read and deleted', requests: 6 },
  { need: 'found in the listing, with 1,000 unread in its queue', requests: 13 },
  { need: 'found in the listing, with 10,000 unread in its queue', requests: 103 },
] as const;

const needs = (): string =>
  table(
    ['A voicemail that is', 'Requests', 'One token stores in a minute'],
    NEEDS.map(({ need, requests }) => [
      need,
      String(requests),
      String(servedPerMinute(ONE_INSTANCE, requests)),
    ]),
  );

const oneToken = (): string => {
  const perMinute = servedPerMinute(ONE_INSTANCE);
  return (
    `One token of ${DEFAULT_REQUESTS_PER_MINUTE} requests a minute stores at most **${number(perMinute)} voicemails a minute**. ` +
    `On a day like the assumed one, **${number(perDayWithoutWaiting())} voicemails a day** do not wait for each other; ` +
    `up to ${number(perMinute * 24 * MINUTES_PER_HOUR)} a day are stored within a day, and more than that never.\n\n` +
    `One instance costs ${number(fixedUsdPerMonth(), 2)} US dollars a month before its first voicemail.`
  );
};

/** The parts of docs/scale.md that are made from the simulation, by the names that the document asks for them. */
export const GROWTH_PARTS: Readonly<Record<string, () => string>> = {
  'growth of one token': oneToken,
  'growth by need': needs,
  'growth by day': days,
  'growth of costs': costs,
  'growth assumptions': assumptions,
  'growth arrivals': arrivalsChart,
  'growth waiting': waitingChart,
};
