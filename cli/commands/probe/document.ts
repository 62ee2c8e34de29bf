import { ASSUMPTIONS, type Assumption } from './assumptions';

const row = ([id, { question, answers, assumed, otherwise, by }]: readonly [string, Assumption]): string =>
  `| \`${id}\` | ${question} | ${assumed.map((answer) => answers[answer]).join('; or ')} | ${otherwise} | ${by === 'read' ? 'reading' : 'a login'} |`;

/** The table of `docs/assumptions.md`. */
export const assumptionsTable = (): string =>
  [
    '| Id | Question | What works as documented | Otherwise | Found out by |',
    '| --- | --- | --- | --- | --- |',
    ...Object.entries<Assumption>(ASSUMPTIONS).map(row),
  ].join('\n');
