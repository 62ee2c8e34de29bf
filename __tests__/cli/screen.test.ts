import { leave, prepare, runBackfill, work } from './archive-deployment';
import { type LocalDeployment, removeSynthesis, stopDeployments } from './local-deployment';
import { onScreen, type Screen } from './screen';

afterEach(stopDeployments);
afterAll(removeSynthesis);

/** A deployment that has stored two voicemails. */
const stored = async () => {
  const { deployment, queueId } = await prepare();
  const [first] = leave(deployment, queueId, 2);
  await runBackfill(deployment, { queueId });
  await work(deployment);
  return { deployment, conversationId: first?.conversationId ?? '' };
};

/** Lines that are still drawn as if work went on. */
const frozen = ({ lines }: Screen): readonly string[] => lines.filter((line) => /[⠀-⣿]/.test(line));

describe('what a command leaves on a screen of 80 by 24', () => {
  test('doctor --watch shows its verdict until the next look, and the audit lines of erase are whole', async () => {
    const { deployment, conversationId } = await stored();
    const erased = await onScreen(deployment, ['erase', '--conversation', conversationId, '--yes']);
    const audit = erased.lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
    expect(audit.map(({ event }) => event)).toEqual(['voicemail-erasure-begins', 'voicemail-erased']);
    expect(erased.visible.join('\n')).toMatch(/1 voicemail is erased\.\nNext: keep the audit lines/);
    expect(frozen(erased)).toEqual([]);
    const watched = await watch(deployment);
    expect(watched.lines.filter((line) => /^All \d+ links hold\. Next: /.test(line))).toHaveLength(1);
    expect(watched.visible.join('\n')).toMatch(/All \d+ links hold/);
  }, 60_000);
});

/** Watches until the second look begins, then presses Ctrl-C. */
const watch = (deployment: LocalDeployment): Promise<Screen> => {
  let isStopped = false;
  return onScreen(deployment, ['doctor', '--watch', '5'], (output, child) => {
    if (!isStopped && /links hold[\s\S]*Looking at/.test(output)) {
      isStopped = true;
      // As the keyboard sends it.
      child.stdin?.write('\u0003');
    }
  });
};
