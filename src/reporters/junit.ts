import Builder from 'fast-xml-builder'
import { printable } from '../core/printable.js'
import { explainSuppression, type Reporter } from '../core/reporter.js'
import type { Diagnostic, Report, Result } from '../core/types.js'

/** An element: its attributes begin with `@`, and `#text` is what stands in it. */
interface Element {
  readonly [name: string]: string | number | Element | readonly Element[] | undefined
}

/**
 * JUnit XML: a suite for each target and profile, a case for each requirement. A failed error is a
 * failure, what could not run is an error, what does not apply is skipped; what weighs less than an
 * error stands in the output of a case that passes.
 */
const junit: Reporter = (sink) => {
  const builder = new Builder({
    attributeNamePrefix: '@',
    ignoreAttributes: false,
    format: true,
    suppressEmptyNode: true,
  })
  return {
    needsAll: true,
    begin: () =>
      sink.write('<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="mcp-cimd">\n'),
    report: (report) => sink.write(builder.build({ testsuite: toSuite(report) })),
    end: () => sink.write('</testsuites>\n'),
  }
}

export default junit

function toSuite(report: Report): Element {
  const { target, profile, results } = report
  const cases = results.map((result) => toCase(result, report))
  const count = (name: string) => cases.filter((element) => name in element).length
  return {
    '@name': printable(`${target} (${profile})`),
    '@tests': cases.length,
    '@failures': count('failure'),
    '@errors': count('error'),
    '@skipped': count('skipped'),
    testcase: cases,
  }
}

function toCase(
  { id, title, status, reason = '', diagnostics }: Result,
  { target, profile }: Report,
): Element {
  const counted = diagnostics.filter(({ suppressed }) => !suppressed)
  const errors = counted.filter(({ severity }) => severity === 'error')
  const [first] = errors
  const text = diagnostics.map(describe).join('\n')
  return {
    '@name': printable(`${id}: ${title}`),
    '@classname': printable(`${target} (${profile})`),
    '@time': 0,
    ...(first && {
      failure: { '@message': printable(first.message), '@type': id, '#text': text },
    }),
    ...(status === 'could-not-run' && {
      error: { '@message': printable(reason), '@type': 'could-not-run' },
    }),
    ...(status === 'not-applicable' && { skipped: printable(reason) }),
    ...(!first && diagnostics.length > 0 && { 'system-out': text }),
  }
}

function describe({ severity, message, suggestion, location, suppressed }: Diagnostic): string {
  const place =
    location.kind === 'document' ? `${location.uri}:${location.line}:${location.column}: ` : ''
  const advice = suggestion === undefined ? '' : `; ${suggestion}`
  const mark = suppressed ? ` (${suppressed.by}: ${explainSuppression(suppressed)})` : ''
  return printable(`${place}${severity}: ${message}${advice}${mark}`)
}
