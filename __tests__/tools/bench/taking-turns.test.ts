import { interleave } from '../../../tools/bench/taking-turns';

test('peers take turns, and each round begins with another one', async () => {
  const order: string[] = [];
  const measure = (name: string) => async () => order.push(name);
  const samples = await interleave({ a: measure('a'), b: measure('b'), c: measure('c') }, { runs: 4 });
  expect(order.join('')).toBe('abcbcacababc');
  expect(samples).toEqual({ a: [1, 6, 8, 10], b: [2, 4, 9, 11], c: [3, 5, 7, 12] });
});

test('every sample waits until it may begin', async () => {
  const order: string[] = [];
  await interleave(
    { a: async () => order.push('a'), b: async () => order.push('b') },
    {
      runs: 2,
      beforeEach: async ({ name, run }) => {
        await Promise.resolve();
        order.push(`before ${name}${run}`);
      },
    },
  );
  expect(order).toEqual(['before a0', 'a', 'before b0', 'b', 'before b1', 'b', 'before a1', 'a']);
});
