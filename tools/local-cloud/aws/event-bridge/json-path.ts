const STEP = /\.([A-Za-z0-9_/-]+)/gy;

/**
 * Reads a JSON path of the subset that this project's rules use: `$`, then names after dots (letters, digits, `-`, `_`, `/`).
 *
 * Refused here although the service would take them: array indices, names in brackets, and `*`.
 *
 * @returns a look-up in a parsed event; it gives `undefined` where the event has nothing at that path.
 * @throws RangeError naming the path and what is allowed.
 */
export const jsonPath = (path: string): ((event: unknown) => unknown) => {
  const steps = [...path.slice(1).matchAll(STEP)].map(([, name = '']) => name);
  if (`$${steps.map((name) => `.${name}`).join('')}` !== path) {
    throw new RangeError(`"${path}" is no path like $.detail.eventBody.id`);
  }
  return (event) =>
    steps.reduce(
      (value: unknown, step) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, step)
          ? Reflect.get(value, step)
          : undefined,
      event,
    );
};
