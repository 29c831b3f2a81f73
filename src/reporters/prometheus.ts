import { printable } from '../core/printable.js'
import type { Reporter, Sink } from '../core/reporter.js'
import type { Exchange, Report, Severity } from '../core/types.js'

/** What is kept of a report. */
interface Judged {
  readonly outcome: Report['outcome']
  readonly counts: Report['counts']
  readonly failed: readonly (readonly [id: string, severity: Severity])[]
}

/** What is kept of how a document was fetched: once for a target, whatever the profiles. */
interface Fetched {
  readonly outcome: Report['outcome']
  readonly checkedAt: number | undefined
  readonly status: number | undefined
  readonly bytes: number | undefined
  readonly daysLeft: number | undefined
  readonly timings: Exchange['timings']
  readonly error: { readonly phase: string; readonly code: string } | undefined
}

type Labels = Readonly<Record<string, string>>

/** A metric; its samples have the labels of what they are of, and their own. */
interface Family<Of> {
  readonly name: string
  readonly help: string
  samples(of: Of): readonly (readonly [labels: Labels, value: number])[]
}

/** A sample without labels of its own; none of what is not known. */
const only = (value: number | undefined): ReturnType<Family<unknown>['samples']> =>
  value === undefined ? [] : [[{}, value]]

/** Milliseconds as seconds, without the noise of a division. */
const toSeconds = (milliseconds: number): number => Math.round(milliseconds * 1000) / 1e6

const VERDICTS: readonly Family<Judged>[] = [
  {
    name: 'mcp_cimd_passed',
    help: 'Whether everything could be judged, and no error was found.',
    samples: ({ outcome }) => only(outcome === 'passed' ? 1 : 0),
  },
  {
    name: 'mcp_cimd_judged',
    help: 'Whether there is a verdict: 0 when something could not be judged, and no error was found.',
    samples: ({ outcome }) => only(outcome === 'incomplete' ? 0 : 1),
  },
  {
    name: 'mcp_cimd_findings',
    help: 'Findings that are not suppressed.',
    samples: ({ counts }) =>
      (['error', 'warning', 'info'] as const).map((severity) => [{ severity }, counts[severity]]),
  },
  {
    name: 'mcp_cimd_requirement_failed',
    help: 'A requirement that does not hold, with the gravest of its findings that are not suppressed.',
    samples: ({ failed }) =>
      failed.map(([requirement, severity]) => [{ requirement, severity }, 1]),
  },
]

const FETCHES: readonly Family<Fetched>[] = [
  {
    name: 'mcp_cimd_response_status',
    help: 'The HTTP status that the URL of the document answers.',
    samples: ({ status }) => only(status),
  },
  {
    name: 'mcp_cimd_response_bytes',
    help: 'The length of the body at the URL of the document, as far as it was read.',
    samples: ({ bytes }) => only(bytes),
  },
  {
    name: 'mcp_cimd_fetch_seconds',
    help: 'From the first question to DNS to the last byte of the document.',
    samples: ({ timings }) => only(toSeconds(timings.total)),
  },
  {
    // Of its own: among the phases the whole would be counted twice in a sum.
    name: 'mcp_cimd_fetch_phase_seconds',
    help: 'How long each phase took that came to its end, but for the body.',
    samples: ({ timings: { dns, connect, tls, firstByte } }) =>
      Object.entries({ dns, connect, tls, first_byte: firstByte }).flatMap(([phase, time]) =>
        time === undefined ? [] : [[{ phase }, toSeconds(time)] as const],
      ),
  },
  {
    name: 'mcp_cimd_certificate_days_left',
    help: 'Whole days until the certificate of the host expires.',
    samples: ({ daysLeft }) => only(daysLeft),
  },
  {
    name: 'mcp_cimd_checked_timestamp_seconds',
    help: 'When the document was asked for.',
    samples: ({ checkedAt }) => only(checkedAt),
  },
  {
    name: 'mcp_cimd_fetch_error',
    help: 'Why no answer came from the URL of the document, or not all of it.',
    samples: ({ error }) => (error ? [[{ phase: error.phase, code: error.code }, 1]] : []),
  },
]

/**
 * Text for Prometheus, and for the textfile collector of its node_exporter. Every sample is that of a
 * target: one of the whole run would be the same in two files of a directory, and spoil both.
 *
 * @see [Exposition formats](https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format)
 */
const prometheus: Reporter = (sink) => {
  const judged = new Map<string, Judged>()
  const fetched = new Map<string, Fetched>()
  return {
    report(report) {
      const target = render({ target: report.target })
      keepGravest(judged, `${target},${render({ profile: report.profile })}`, toJudged(report))
      const exchange = findExchange(report)
      if (exchange) keepGravest(fetched, target, toFetched(report, exchange))
    },
    end() {
      // All samples of a metric must stand together.
      for (const family of VERDICTS) write(family, judged, sink)
      for (const family of FETCHES) write(family, fetched, sink)
    },
  }
}

export default prometheus

function write<Of>({ name, help, samples }: Family<Of>, of: ReadonlyMap<string, Of>, sink: Sink) {
  let isBegun = false
  for (const [shared, item] of of) {
    for (const [labels, value] of samples(item)) {
      if (!isBegun) sink.write(`# HELP ${name} ${help}\n# TYPE ${name} gauge\n`)
      isBegun = true
      const own = render(labels)
      sink.write(`${name}{${shared}${own && `,${own}`}} ${value}\n`)
    }
  }
}

/** Data first is made printable: then a quote and a backslash are the only things to escape. */
const render = (labels: Labels): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}="${escapeValue(printable(value))}"`)
    .join(',')

const escapeValue = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')

const GRAVITY = { passed: 0, incomplete: 1, failed: 2 } as const satisfies Record<
  Report['outcome'],
  number
>

/** Two samples with the same labels would spoil all: of what has one name, the gravest counts. */
function keepGravest<Of extends { readonly outcome: Report['outcome'] }>(
  kept: Map<string, Of>,
  name: string,
  item: Of,
): void {
  const before = kept.get(name)
  if (!before || GRAVITY[item.outcome] > GRAVITY[before.outcome]) kept.set(name, item)
}

function toJudged({ outcome, counts, results }: Report): Judged {
  const failed = results.flatMap(({ id, diagnostics }) => {
    const severities = new Set(
      diagnostics.filter(({ suppressed }) => !suppressed).map(({ severity }) => severity),
    )
    const gravest = (['error', 'warning', 'info'] as const).find((severity) =>
      severities.has(severity),
    )
    return gravest === undefined ? [] : [[id, gravest] as const]
  })
  return { outcome, counts, failed }
}

/**
 * The exchange that brought the document, or should have. It is the first one, or the last that
 * repeats it: later ones ask in another way, or for something else. Without `--hosted` what a file
 * links to is all that is asked for.
 */
function findExchange({ source, clientId, exchanges }: Report): Exchange | undefined {
  const [first] = exchanges
  if (!first || (source !== 'url' && first.request.url !== clientId)) return undefined
  const asked = JSON.stringify(first.request)
  return exchanges.findLast(({ request }) => JSON.stringify(request) === asked)
}

function toFetched(
  { outcome, checkedAt }: Report,
  { error, response, timings, tls }: Exchange,
): Fetched {
  return {
    outcome,
    checkedAt: checkedAt === undefined ? undefined : Date.parse(checkedAt) / 1000,
    status: response?.status,
    bytes: response?.bytes,
    daysLeft: tls?.daysLeft,
    timings,
    error: error && { phase: error.phase, code: error.code },
  }
}
