import { setFlagsFromString } from 'node:v8';

/** Below this there is no room for the garbage that gathers in between: 40 MB after some recordings of 10 MB. */
const LEAST_MEMORY_MB = 256;

/**
 * Has V8 collect garbage in one go. It would begin to mark in small steps and beside the program each time that some megabytes
 * have passed through memory outside its heap, as recordings do: a third of the CPU of a recording of 10 or 100 MB. The pauses
 * that this avoids, of about 15 ms, do not matter here.
 *
 * @param memoryMb the function's memory, which Lambda tells in `AWS_LAMBDA_FUNCTION_MEMORY_SIZE`
 */
export const collectGarbageAtOnce = (memoryMb: number): void => {
  if (memoryMb >= LEAST_MEMORY_MB) {
    setFlagsFromString('--no-incremental-marking');
  }
};
