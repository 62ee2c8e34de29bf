import * as v from 'valibot';
import { MoveVoicemailToS3Environment } from '../../../functions/move-voicemail-to-s3/contract/environment';
import { RefreshAuthTokenEnvironment } from '../../../functions/refresh-auth-token/contract/environment';
import { isRequired, OPTIONS, type OptionTable } from '../../../modules/genesys-voicemail-to-s3/options';
import { type Arguments, type Plan, synthesizeModule } from '../../helpers/synth';

const TABLE: OptionTable = OPTIONS;

const WITH_DEFAULT = Object.entries(TABLE).flatMap(([name, { byDefault }]): readonly [string, unknown][] =>
  byDefault === undefined ? [] : [[name, byDefault]],
);

/** What a function reads from its environment: a variable that is left out counts as the contract's own default. */
const settingsOf = (plan: Plan, name: 'move' | 'refresh'): unknown => {
  const variables = Object.fromEntries(
    Object.entries(plan.environment(name)).map(([variable, value]) => [
      variable,
      value.replaceAll(/\$\{[^}]*\}/g, 'value'),
    ]),
  );
  return name === 'move'
    ? v.parse(MoveVoicemailToS3Environment, variables)
    : v.parse(RefreshAuthTokenEnvironment, variables);
};

const withoutEnvironment = ({ environment: _, ...declared }: Arguments): Arguments => declared;

/** Everything that a deployment gets: the resources, and what the functions make of their variables. */
const effectOf = (plan: Plan): unknown => ({
  resources: plan.addresses.map((address) => {
    const [type = '', name = ''] = address.split('.');
    const declared = plan.all(type)[name.slice(0, -'_00000000'.length)];
    return [address, declared && withoutEnvironment(declared)];
  }),
  move: settingsOf(plan, 'move'),
  refresh: settingsOf(plan, 'refresh'),
});

test('only the region has to be given: every other option says what happens without it', () => {
  const required = Object.entries(TABLE).filter(([, option]) => isRequired(option));
  expect(required.map(([name]) => name)).toEqual(['genesysRegion']);
  expect(WITH_DEFAULT.length).toBeGreaterThan(20);
});

const leftOut = effectOf(synthesizeModule({ queueIds: undefined }));

test.each(WITH_DEFAULT)('%s given as its default makes the same as leaving it out', (option, value) => {
  expect(effectOf(synthesizeModule({ queueIds: undefined, [option]: value }))).toEqual(leftOut);
});

test('what a function takes for a variable that is left out is the default of its option', () => {
  const {
    maximumConcurrency,
    minimumDurationMs,
    maximumAudioBytes,
    voicemailWaitMinutes,
    reconcileLookBackDays,
  } = OPTIONS;
  expect(settingsOf(synthesizeModule(), 'move')).toMatchObject({
    MAXIMUM_CONCURRENCY: maximumConcurrency.byDefault,
    MINIMUM_DURATION_MS: minimumDurationMs.byDefault,
    MAXIMUM_AUDIO_BYTES: maximumAudioBytes.byDefault,
    VOICEMAIL_WAIT_MS: voicemailWaitMinutes.byDefault * 60_000,
    RECONCILE_LOOK_BACK_MS: reconcileLookBackDays.byDefault * 86_400_000,
  });
});
