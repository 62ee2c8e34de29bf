import * as fc from 'fast-check';
import { table } from '../../cli/table';

/** Words that no screen below is too narrow for. */
const note = fc
  .array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1, maxLength: 12 })
  .map((words) => words.join(' '));

test('a note that is wider than the screen is broken between words, beneath its beginning', () => {
  fc.assert(
    fc.property(fc.array(note, { minLength: 1 }), fc.integer({ min: 40, max: 120 }), (notes, columns) => {
      const lines = table(
        notes.map((text) => ['ok', 'secret', text]),
        { columns, hasHeads: false },
      ).split('\n');
      expect(lines.filter((line) => line.length > columns)).toEqual([]);
      const words = lines.map((line) => line.replace(/^(?:ok {2}secret {2}| {12})/, ''));
      expect(words.join(' ')).toBe(notes.join(' '));
    }),
  );
});

test('a name far longer than the others leaves the notes their room, and has its own beneath it', () => {
  const rows = [
    ['ok', 'secret', 'holds a well-formed token pair'],
    ['ok', 'queue:2b6f0cc9-04d1-4c1d-8f3a-9a1f5f0b7c3e', 'its voicemail can be read'],
  ];
  expect(table(rows, { columns: 80, hasHeads: false }).split('\n')).toEqual([
    'ok  secret                    holds a well-formed token pair',
    'ok  queue:2b6f0cc9-04d1-4c1d-8f3a-9a1f5f0b7c3e',
    '                              its voicemail can be read',
  ]);
});

test('rows that do not fit beside each other stand one below the other, with what heads their columns', () => {
  const rows = [
    ['state', 'voicemail'],
    ['stored', '7c9e6679-7425-40de-944b-e07fc1f90ae7'],
    ['failed', '3fa85f64-5717-4562-b3fc-2c963f66afa6'],
  ];
  const stacked = [
    'state      stored\nvoicemail  7c9e6679-7425-40de-944b-e07fc1f90ae7',
    'state      failed\nvoicemail  3fa85f64-5717-4562-b3fc-2c963f66afa6',
  ].join('\n\n');
  expect(table(rows, { columns: 40 })).toBe(stacked);
  expect(table(rows, { columns: 44 }).split('\n')).toHaveLength(3);
  expect(table(rows).split('\n')).toHaveLength(3);
});
