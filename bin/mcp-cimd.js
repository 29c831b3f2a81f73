#!/usr/bin/env node
require('node:module').enableCompileCache?.()
require('../dist/cli.cjs')
  .main()
  .then((code) => {
    process.exitCode = code
  })
