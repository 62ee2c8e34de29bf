import { Checkout, type CommandEnd } from './checkout';
import { type Block, codesIn, Page } from './page';
import { type GenesysSide, World } from './world';

/** One thing to do, as it stands on the page: a line of shell, or a JSON block as one text. */
export interface Action {
  readonly language: string;
  readonly text: string;
  /** The line of the page, from 1. */
  readonly line: number;
}

/** What the steps of a walk share. */
export interface Walk {
  readonly page: Page;
  readonly checkout: Checkout;
  readonly world: World;
}

/** How the follower takes one action. */
export interface Step {
  readonly takes: RegExp;
  /** Does it, and checks what the page promises of it. The groups are those of `takes`. */
  act(walk: Walk, action: Action, groups: Readonly<Record<string, string>>): Promise<void>;
}

/** The page and the follower do not agree. */
export class PageUnknownError extends Error {
  override readonly name = 'PageUnknownError';
}

const actionsOf = ({ language, lines, firstLine }: Block): readonly Action[] =>
  language === 'sh'
    ? lines.map((text, index) => ({ language, text, line: firstLine + index }))
    : [{ language, text: lines.join('\n'), line: firstLine }];

/** Pairs each action with its step. @throws PageUnknownError before anything is done. */
const plan = (page: Page, steps: readonly Step[]) => {
  const actions = page.blocks.flatMap(actionsOf);
  const planned = actions.map((action, index) => {
    const step = steps[index];
    const match = step?.takes.exec(action.text);
    if (step === undefined || match === null || match === undefined) {
      throw new PageUnknownError(
        `line ${action.line}: the follower does not know ${JSON.stringify(action.text)} here; it expects ${step?.takes ?? 'nothing more'}`,
      );
    }
    return { action, step, groups: { ...match.groups } };
  });
  if (planned.length < steps.length) {
    throw new PageUnknownError(`the page ends before ${steps[planned.length]?.takes}`);
  }
  return planned;
};

/** `Voicemail > ACD Voicemail > View` as Genesys' API writes it: `voicemail:acdvoicemail:view`. */
const permissionCode = (title: string): string =>
  title.replaceAll(' > ', ':').replaceAll(' ', '').toLowerCase();

/** What an administrator enters in Genesys Cloud by the page's tables, without any option. */
const genesysSideOf = (page: Page): GenesysSide => {
  const [, always = '', offered = ''] = /^(.*?); with .*(Add .*)$/.exec(page.cell('Scope')) ?? [];
  return {
    permissions: page.rows
      .filter(([title = '', neededFor = '']) => title.includes(' > ') && !neededFor.endsWith('only'))
      .map(([title = '']) => permissionCode(title)),
    scopes: [...codesIn(always), ...codesIn(offered)],
    redirectUri: codesIn(page.cell('Authorized redirect URI')).join(),
    tokenSeconds: Number(/^(\d+) seconds/.exec(page.cell('Token duration'))?.[1]),
  };
};

/**
 * Follows the set-up page from top to bottom: each action in its order, none left out, none beside them.
 *
 * @throws PageUnknownError where the page holds an action that no step takes, or lacks one.
 */
export const follow = async (text: string, steps: readonly Step[]): Promise<void> => {
  const page = new Page(text);
  const planned = plan(page, steps);
  const checkout = new Checkout();
  const world = new World(checkout, genesysSideOf(page));
  try {
    for (const { action, step, groups } of planned) {
      await step.act({ page, checkout, world }, action, groups);
    }
  } finally {
    await world.close();
    checkout.remove();
  }
};

/** Runs an action as it stands on the page, in the shell; it has to end well. */
export const runAsWritten = async (
  { checkout, world }: Walk,
  { text, line }: Action,
): Promise<CommandEnd> => {
  const end = await checkout.run(text, world.variables);
  if (end.exitCode !== 0) {
    throw new Error(`line ${line}: ${text}\nended with ${end.exitCode}:\n${end.stdout}${end.stderr}`);
  }
  return end;
};
