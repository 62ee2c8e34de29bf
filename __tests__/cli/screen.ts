import { type ChildProcess, spawn } from 'node:child_process';
import { Terminal } from '@xterm/headless';
import { commandLineBundle } from '../helpers/command-line-bundle';
import { type LocalDeployment, operatorVariables } from './local-deployment';

const COLUMNS = 80;
const ROWS = 24;

/** Arguments of `script`, which runs a command on a pseudo-terminal: util-linux takes it as one text, BSD and macOS word by word. */
const onATerminal = (command: readonly string[]): readonly string[] => {
  const sized = `stty rows ${ROWS} cols ${COLUMNS}; exec ${command.map((word) => `'${word}'`).join(' ')}`;
  return process.platform === 'linux'
    ? ['-qefc', sized, '/dev/null']
    : ['-q', '/dev/null', 'sh', '-c', sized];
};

/** What a command left on a person's screen. */
export interface Screen {
  /** The lines that the screen shows at the end. */
  readonly visible: readonly string[];
  /** All lines, those that were scrolled away included; what the screen broke over two is one. */
  readonly lines: readonly string[];
}

const written = (terminal: Terminal, text: string): Promise<void> =>
  new Promise((resolve) => terminal.write(text, resolve));

const linesOf = (terminal: Terminal, from: number): readonly string[] => {
  const { active } = terminal.buffer;
  const lines: string[] = [];
  for (let index = from; index < active.length; index += 1) {
    const line = active.getLine(index);
    const text = line?.translateToString(true) ?? '';
    if (line?.isWrapped === true) {
      lines.push(`${lines.pop() ?? ''}${text}`);
    } else {
      lines.push(text);
    }
  }
  return lines;
};

/** Runs a command in front of a person with a screen of 80 by 24. @param onOutput - told everything so far, at each change */
export const onScreen = async (
  deployment: LocalDeployment,
  args: readonly string[],
  onOutput: (output: string, child: ChildProcess) => void = () => undefined,
): Promise<Screen> => {
  const child = spawn('script', onATerminal([process.execPath, commandLineBundle(), ...args]), {
    env: { ...operatorVariables(deployment), TERM: 'xterm' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const terminal = new Terminal({ cols: COLUMNS, rows: ROWS, scrollback: 2000, allowProposedApi: true });
  let output = '';
  for await (const text of child.stdout.setEncoding('utf8')) {
    output += text;
    await written(terminal, text);
    onOutput(output, child);
  }
  const screen = {
    visible: linesOf(terminal, terminal.buffer.active.baseY),
    lines: linesOf(terminal, 0),
  };
  terminal.dispose();
  return screen;
};
