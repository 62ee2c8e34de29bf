import { isJsonObject } from './json';

const STEP = /\.([A-Za-z0-9_/-]+)|\[(\d+)\]/y;

/**
 * Reads a JSON path of the subset that EventBridge documents for input paths: `$`, then names after dots (letters, digits,
 * `-`, `_`, `/`) and array indices in brackets.
 *
 * Refused here although the service would take them: names in brackets (the API reference asks for dots), and `*` (what a
 * path with several results is replaced by is documented nowhere).
 *
 * @returns a look-up in a parsed event; it gives `undefined` where the event has nothing at that path.
 * @throws RangeError naming the path and what is allowed.
 */
export const jsonPath = (path: string): ((event: unknown) => unknown) => {
  const steps: (string | number)[] = [];
  let position = 1;
  while (position < path.length) {
    STEP.lastIndex = position;
    const [step, name, index] = STEP.exec(path) ?? [];
    if (step === undefined) {
      break;
    }
    steps.push(name ?? Number(index));
    position += step.length;
  }
  if (!path.startsWith('$') || position !== path.length) {
    throw new RangeError(`"${path}" is no path like $.detail.items[0].id`);
  }
  return (event) =>
    steps.reduce((value: unknown, step) => {
      if (typeof step === 'number') {
        return Array.isArray(value) ? value[step] : undefined;
      }
      return isJsonObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
    }, event);
};
