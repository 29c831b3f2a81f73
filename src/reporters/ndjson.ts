import type { Reporter } from '../core/reporter.js'
import { stringify } from './json.js'

/** One report a line, as soon as it is there. */
const ndjson: Reporter = (sink) => ({
  report: (report) => sink.write(`${stringify(report)}\n`),
  end: () => {},
})

export default ndjson
