import type { Readable } from 'node:stream';

/**
 * Splits one stream of a container into lines.
 *
 * The runtime writes a mark when an invocation is over. It travels behind every byte that the handler wrote, so whoever
 * has seen the mark has seen every line.
 */
export const readLogLines = (
  stream: Readable,
  endMark: string,
  { onLine, onMark }: { readonly onLine: (line: string) => void; readonly onMark: () => void },
): void => {
  let rest = '';

  const takeLines = (text: string): string => {
    const lines = text.split('\n');
    const unfinished = lines.pop() ?? '';
    for (const line of lines) {
      onLine(line);
    }
    return unfinished;
  };
  const flush = (text: string): void => {
    const unfinished = takeLines(text);
    if (unfinished !== '') {
      onLine(unfinished);
    }
  };

  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const [first = '', ...following] = (rest + chunk).split(endMark);
    rest = first;
    for (const part of following) {
      flush(rest);
      onMark();
      rest = part;
    }
    // Keeps in the rest what may begin a mark; it holds no line break.
    rest = takeLines(rest);
  });
  stream.on('end', () => {
    flush(rest);
    rest = '';
  });
};
