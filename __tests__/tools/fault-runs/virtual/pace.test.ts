import { Pace, QUIET_TURNS } from '../../../../tools/fault-runs/virtual/pace';
import { VirtualTime } from '../../../../tools/fault-runs/virtual/virtual-time';

/** Calls `act` after so many turns of the event loop. */
const afterTurns = (turns: number, act: () => void): void => {
  setImmediate(() => (turns <= 1 ? act() : afterTurns(turns - 1, act)));
};

test.each([1, QUIET_TURNS, QUIET_TURNS + 1])(
  'the deadline of a run does not fire where the run ends by itself in turn %i of the event loop',
  async (turns) => {
    const time = new VirtualTime();
    let isOver = false;
    let isDeadlineMissed = false;
    time.setTimer(1_000, () => {
      isDeadlineMissed = true;
    });
    afterTurns(turns, () => {
      isOver = true;
    });
    await new Pace(time).until(() => isOver || isDeadlineMissed);
    expect(isDeadlineMissed).toBe(false);
  },
);

test('time passes to the next timer once nobody does anything', async () => {
  const time = new VirtualTime();
  const startMs = time.now();
  let isOver = false;
  time.setTimer(1_000, () => {
    isOver = true;
  });
  await new Pace(time).until(() => isOver);
  expect(time.now() - startMs).toBe(1_000);
});
