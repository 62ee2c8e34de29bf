#!/usr/bin/env node
// The npm package holds the commands as one bundle. A checkout holds their source beside this file; tsx runs it unbuilt.
const { existsSync } = require('node:fs');
const { join } = require('node:path');
// Node 22 keeps what it compiled for the next start.
require('node:module').enableCompileCache?.();
if (existsSync(join(__dirname, 'main.ts'))) {
  void import('tsx').then(() => require('./main.ts'));
} else {
  require('../dist/package/command-line.js');
}
