import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { browse } from '../../../tools/checks/examples/person';
import type { LeftVoicemail } from '../../../tools/local-cloud/genesys';
import type { Action, Step, Walk } from './follow';
import { runAsWritten } from './follow';
import { codesIn } from './page';
import { RECORDINGS } from './world';

const json = v.record(v.string(), v.unknown());
const readJson = (text: string) => v.parse(json, JSON.parse(text));

/** The deployment file that the page has the reader write. */
const fileOf = ({ page }: Walk): string => page.find(/^Write `(deployments\/[a-z]+\.json)`/m);

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? '';

/** The deployment that the page has the reader write. */
const deploymentOn = ({ page }: Walk) =>
  readJson(page.blocks.find(({ language }) => language === 'json')?.lines.join('\n') ?? '');

/**
 * The AWS command line is not there: the account itself answers. What can rot is that the command asks in the region of
 * the deployment, for the source that the deployment takes.
 */
const listsEventSources = (state: string): Step => ({
  takes:
    /^aws events list-event-sources --name-prefix (?<prefix>\S+) --query 'EventSources\[\]\.\[Name,State\]' --output text$/,
  act: async (walk, _action, { prefix = '' }) => {
    const { awsRegion, eventSourceName } = deploymentOn(walk);
    const source = String(eventSourceName);
    const [suffix = ''] = codesIn(walk.page.cell('Event source suffix'));
    expect([source.startsWith(`${prefix}/`), source.endsWith(`/${suffix}`)]).toEqual([true, true]);
    expect(walk.checkout.exported).toEqual({ AWS_REGION: awsRegion, AWS_DEFAULT_REGION: awsRegion });
    expect(await walk.world.eventSourceState(source)).toBe(state);
  },
});

const synthesizes: Step = {
  takes: /^npm run synth$/,
  act: async (walk, action) => {
    await runAsWritten(walk, action);
    expect(readJson(walk.checkout.read('cdktf.out/stacks/production/cdk.tf.json'))).toHaveProperty(
      'resource',
    );
  },
};

/** "A wrong one is refused in one line that names the place." */
const refusesWrongFile = async (walk: Walk, { text }: Action): Promise<void> => {
  const file = fileOf(walk);
  const right = walk.checkout.read(file);
  walk.checkout.write(file, right.replace('"retentionDays": 365', '"retentionDays": "long"'));
  const { exitCode, stderr } = await walk.checkout.run(text, {});
  walk.checkout.write(file, right);
  expect(exitCode).not.toBe(0);
  expect(stderr.split('\n').filter((line) => line.includes(`${file}:`))).toEqual([
    expect.stringMatching(/^deployments\/production\.json:\d+:\d+: .*retentionDays/),
  ]);
};

/** What is in the archive, by the ids of the voicemails. */
const storedIds = ({ world }: Walk): readonly string[] =>
  world.stack.s3.objects(world.stack.bucketName).flatMap(({ key }) => /([^/]+)\.json$/.exec(key)?.[1] ?? []);

const currentSecret = ({ world }: Walk): string =>
  JSON.stringify(world.stack.aws.secretsManager.secret(world.stack.secretArn).versions);

/** Runs `authorize` as a person does who reads the URL in the terminal and logs in as the service user. */
const authorize = async (walk: Walk, { text }: Action) => {
  let login: Promise<string> | undefined;
  const end = await walk.checkout.run(text, walk.world.variables, async (stderr) => {
    const [url] = /https?:\/\/\S+\/oauth\/authorize\?\S+(?=\s)/.exec(stderr) ?? [];
    login ??= url === undefined ? undefined : browse(walk.world.user, url);
    await login;
  });
  return { ...end, page: await login };
};

/** Each action of docs/set-up.md in its order, and the proof that the page promises of it. */
export const setUpSteps = (): readonly Step[] => {
  let early: LeftVoicemail;
  return [
    { takes: /^export AWS_REGION=/, act: ({ checkout }, { text }) => checkout.export(text) },
    listsEventSources('PENDING'),
    {
      takes: /^\{\s+"\$schema"/,
      act: async (walk, { text }) => walk.checkout.write(fileOf(walk), text),
    },
    {
      takes: /^\{\s+"alarmActions"/,
      act: async (walk, { text }) => {
        const file = fileOf(walk);
        walk.checkout.write(
          file,
          JSON.stringify({ ...readJson(walk.checkout.read(file)), ...readJson(text) }, undefined, 2),
        );
      },
    },
    { takes: /^npm ci$/, act: async ({ checkout }) => checkout.install() },
    {
      takes: synthesizes.takes,
      act: async (walk, action, groups) => {
        await refusesWrongFile(walk, action);
        await synthesizes.act(walk, action, groups);
      },
    },
    {
      takes: /^terraform -chdir=(?<folder>\S+) init$/,
      act: async ({ checkout }, _action, { folder }) =>
        expect(checkout.read(`${folder}/cdk.tf.json`)).toContain('"required_providers"'),
    },
    {
      // An apply needs a cloud: the synthesized stack becomes real on this machine.
      takes: /^terraform -chdir=cdktf\.out\/stacks\/(?<name>\S+) apply$/,
      act: async ({ world }, _action, { name = '' }) => world.deploy(name),
    },
    {
      takes: /^terraform -chdir=(?<folder>\S+) output -json > (?<outputs>\S+)$/,
      act: async ({ world, checkout }, _action, { folder = '', outputs = '' }) => {
        world.applyAgain(folder);
        const inTerraformsForm = Object.entries(world.stack.outputs).map(([name, value]) => [
          name,
          { sensitive: false, type: 'string', value },
        ]);
        checkout.write(outputs, JSON.stringify(Object.fromEntries(inTerraformsForm)));
      },
    },
    {
      // A plan needs a cloud: what it would show is what the synth has written.
      takes: /^npx cdktf diff (?<name>\S+)$/,
      act: async (walk, _action, { name }) => expect(fileOf(walk)).toBe(`deployments/${name}.json`),
    },
    {
      // The other way to the same: what is deployed stays as it is.
      takes: /^npx cdktf deploy (?<name>\S+) --outputs-file (?<outputs>\S+)$/,
      act: async ({ world, checkout }, _action, { name = '', outputs = '' }) => {
        world.applyAgain(`cdktf.out/stacks/${name}`);
        checkout.write(outputs, JSON.stringify({ [name]: world.stack.outputs }));
      },
    },
    {
      ...listsEventSources('ACTIVE'),
      act: async (walk, action, groups) => {
        await listsEventSources('ACTIVE').act(walk, action, groups);
        // "From here on voicemail is kept."
        early = await walk.world.leaveVoicemail();
        expect(walk.world.stack.aws.sqs.messages(walk.world.stack.eventsQueueArn)).toHaveLength(1);
        expect(early.event['detail-type']).toBe(codesIn(walk.page.cell('Topic filtering'))[0]);
      },
    },
    {
      takes: /^npx genesys-voicemail authorize$/,
      act: async (walk, action) => {
        const { genesys } = walk.world.stack;
        // Step 2: with the inactivity timeout on it stops, and writes nothing.
        genesys.changeBehaviour({ idleTokenTimeoutSeconds: 900 });
        const before = currentSecret(walk);
        const stopped = await authorize(walk, action);
        expect(stopped).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('no refresh token') });
        expect(currentSecret(walk)).toBe(before);
        genesys.changeBehaviour({ idleTokenTimeoutSeconds: null });
        const { exitCode, stdout, stderr, page } = await authorize(walk, action);
        expect({ exitCode, stderr }).toMatchObject({
          exitCode: 0,
          stderr: expect.stringContaining('the chain holds'),
        });
        expect(stdout).toContain('holds a live token pair');
        expect(page).toMatch(/^200 .*Authorized/s);
        expect(walk.checkout.hasOpenedBrowser).toBe(true);
        const said = `${stdout}${stderr}${page}${walk.checkout.read('outputs.json')}`;
        expect(genesys.issuedSecrets().filter((secret) => said.includes(secret))).toEqual([]);
        // What came before the login was waiting for it.
        await walk.world.work();
        expect(storedIds(walk)).toEqual([early.messageId]);
      },
    },
    {
      takes: /^npx genesys-voicemail doctor$/,
      act: async (walk, action) => {
        const { stdout } = await runAsWritten(walk, action);
        expect(lastLine(stdout)).toMatch(/^All \d+ links hold\./);
      },
    },
    {
      takes: /^npx genesys-voicemail find --queue \S+ --link$/,
      act: async (walk, action) => {
        walk.page.find(/^Then (leave a voicemail) on one of the queues/m);
        const left = await walk.world.leaveVoicemail();
        await walk.world.work();
        const { stdout } = await runAsWritten(walk, action);
        expect(stdout).toMatch(new RegExp(`^stored +${left.messageId}`, 'm'));
        const links = [...stdout.matchAll(/https?:\/\/\S+/g)].map(([link]) => link);
        const heard = await Promise.all(links.map(async (link) => (await fetch(link)).arrayBuffer()));
        const lengths = RECORDINGS.slice(0, 2).map(({ path }) => readFileSync(path).byteLength);
        expect(heard.map(({ byteLength }) => byteLength).sort()).toEqual([...lengths].sort());
      },
    },
    {
      takes: /^npx genesys-voicemail backfill --queue \S+ --dry-run$/,
      act: async (walk, action) => {
        const { stdout } = await runAsWritten(walk, action);
        expect(stdout).toContain('Nothing was sent');
      },
    },
    {
      takes: /^npx genesys-voicemail backfill --queue \S+$/,
      act: async (walk, action) => {
        const { stdout } = await runAsWritten(walk, action);
        expect(stdout).toContain('2 are settled in the archive');
      },
    },
    {
      // The local AWS has no alarms: that there is one of this name is what can rot.
      takes:
        /^aws cloudwatch set-alarm-state --alarm-name (?<alarm>\S+) --state-value ALARM --state-reason \S+$/,
      act: async ({ checkout }, _action, { alarm }) => {
        const stack = checkout.read('cdktf.out/stacks/production/cdk.tf.json');
        expect([...stack.matchAll(/"alarm_name": "([^"]+)"/g)].map(([, name]) => name)).toContain(alarm);
      },
    },
  ];
};
