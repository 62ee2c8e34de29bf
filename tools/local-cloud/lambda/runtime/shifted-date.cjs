'use strict';

const RealDate = globalThis.Date;
const realNow = RealDate.now;

let offsetMs = 0;
const now = () => realNow() + offsetMs;

/**
 * Puts a `Date` in place whose present is the host's: everything that asks for the time, request signing included, sees
 * it. Dates made from arguments, `performance.now` and timers stay as they are.
 */
const installShiftedDate = () => {
  RealDate.now = now;
  globalThis.Date = new Proxy(RealDate, {
    apply: () => new RealDate(now()).toString(),
    construct: (target, parts, newTarget) =>
      Reflect.construct(target, parts.length === 0 ? [now()] : parts, newTarget),
  });
  RealDate.prototype.constructor = globalThis.Date;
};

/** Sets by how many milliseconds the present is ahead of the machine's. */
const shiftDate = (milliseconds) => {
  offsetMs = milliseconds;
};

module.exports = { installShiftedDate, shiftDate };
