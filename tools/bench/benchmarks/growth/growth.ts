import type { Benchmark, Figure, Unit } from '../../benchmark';
import { SCENARIOS, type ScenarioResult, simulateScenario } from './scenarios';

/** What is told of each day. */
const TOLD = [
  { key: 'servedPerMinute', title: 'the most that can be stored', unit: 'per minute' },
  { key: 'busiestMinute', title: 'left in the busiest minute', unit: 'per minute' },
  { key: 'mostWaiting', title: 'the most that wait', unit: 'voicemails' },
  { key: 'waited95Minutes', title: '95 of 100 are stored within', unit: 'minutes' },
  { key: 'waitedMostMinutes', title: 'the longest wait', unit: 'minutes' },
  { key: 'deliveriesPerVoicemail', title: 'deliveries per voicemail', unit: 'calls' },
  { key: 'usdPerVoicemailInAll', title: 'cost per voicemail, all included', unit: 'USD' },
] as const satisfies readonly {
  readonly key: keyof ScenarioResult;
  readonly title: string;
  readonly unit: Unit;
}[];

const figuresOf = (result: ScenarioResult): readonly Figure[] => {
  const { voicemailsPerDay, instances, requestsPerMinute } = result;
  const day = `${voicemailsPerDay.toLocaleString('en-GB')} voicemails a day`;
  const setUp = `${instances} × ${requestsPerMinute.toLocaleString('en-GB')} requests a minute`;
  return TOLD.map(({ key, title, unit }) => ({
    name: `growth/${voicemailsPerDay}/${instances}x${requestsPerMinute}/${key}`,
    title: `${day}, ${setUp}: ${title}`,
    unit,
    samples: { ours: [result[key]] },
  }));
};

/** What more voicemails mean: a simulation, the same in every run, of which docs/scale.md tells. */
export const growth: Benchmark = {
  name: 'growth',
  title: 'A day of 1,000, 100,000 and 1,000,000 voicemails, simulated',
  run: async ({ onProgress }) => {
    onProgress('growth: simulating days');
    return SCENARIOS.map(simulateScenario).flatMap(figuresOf);
  },
};
