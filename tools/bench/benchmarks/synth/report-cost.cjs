'use strict';

// Required by each app that is synthesized: says at the end what its process cost.

const { readFileSync, writeSync } = require('node:fs');

/** The file descriptor that the result goes to. */
const RESULT = 3;

process.on('exit', () => {
  // The peak since the process began; `maxRSS` of a forked process may be its parent's.
  let peakKiB = process.resourceUsage().maxRSS;
  try {
    peakKiB = Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
  } catch {
    // Not Linux.
  }
  const { user, system } = process.cpuUsage();
  writeSync(RESULT, JSON.stringify({ cpuMs: (user + system) / 1000, peakMemoryBytes: peakKiB * 1024 }));
});
