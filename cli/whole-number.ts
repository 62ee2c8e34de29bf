import { InvalidArgumentError } from 'commander';

/**
 * Reads a whole number within limits from a command line.
 *
 * @throws InvalidArgumentError, which commander turns into a message that names the option.
 */
export const wholeNumber =
  (minimum: number, maximum: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < minimum || value > maximum) {
      throw new InvalidArgumentError(`expected a whole number from ${minimum} to ${maximum}.`);
    }
    return value;
  };
