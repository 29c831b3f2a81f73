import type { Acceptance, ServerVerdict, Verdict } from './types.js'

/** What servers make of a client, as a table and the lines below it. */
export interface AcceptanceTable {
  readonly head: readonly string[]
  readonly rows: readonly AcceptanceRow[]
  /** The redirection URIs, by the numbers in the head. */
  readonly signIns: readonly { readonly number: number; readonly redirectUri: string }[]
  readonly summary: string
  /** What to change in the document, where one change helps. */
  readonly change: string | undefined
}

interface AcceptanceRow {
  /** The server, and its version. */
  readonly server: string
  readonly verdict: Verdict
  readonly cells: readonly { readonly text: string; readonly verdict: Verdict }[]
}

/**
 * Lays out what servers make of a client: a row each, and a column for each sign-in, or one for all of
 * them where there are more than this.
 */
export function tableOf(
  { servers, accepted, change }: Acceptance,
  maxSignIns: number,
): AcceptanceTable {
  const [first] = servers
  const hasHosting = servers.some(({ hosting }) => hosting.verdict !== 'unknown')
  const signIns = (first?.signIns ?? []).map(({ redirectUri }, index) => ({
    number: index + 1,
    redirectUri,
  }))
  const isFolded = signIns.length > maxSignIns
  const depending = servers.filter(({ verdict }) => verdict === 'depends').length
  const could = depending > 0 ? `, and ${depending} more if settings allow it` : ''
  const wouldBe = change ? `; one change would make it ${change.accepted}` : ''
  return {
    head: [
      'server',
      'document',
      ...(hasHosting ? ['hosting'] : []),
      ...(isFolded ? ['sign-ins'] : signIns.map(({ number }) => `${number}`)),
    ],
    rows: servers.map(({ id, version, verdict, document, hosting, signIns }) => ({
      server: `${id} ${version}`,
      verdict,
      cells: [
        { text: document.verdict, verdict: document.verdict },
        ...(hosting.verdict === 'unknown'
          ? []
          : [{ text: hosting.verdict, verdict: hosting.verdict }]),
        ...(isFolded
          ? [countSignIns(signIns)]
          : signIns.map(({ verdict }) => ({ text: SHORT[verdict], verdict }))),
      ],
    })),
    signIns: isFolded ? [] : signIns,
    summary: `accepted by ${accepted} of ${servers.length}${could}${wouldBe}`,
    change: change?.suggestion,
  }
}

const SHORT = { accepted: 'yes', refused: 'no', depends: 'if' } as const satisfies Record<
  Verdict,
  string
>

function countSignIns(signIns: ServerVerdict['signIns']): AcceptanceRow['cells'][number] {
  const counts = (['accepted', 'depends', 'refused'] as const).flatMap((verdict) => {
    const count = signIns.filter((signIn) => signIn.verdict === verdict).length
    return count > 0 ? [{ verdict, text: `${count} ${SHORT[verdict]}` }] : []
  })
  return {
    text: counts.map(({ text }) => text).join(', '),
    verdict: counts.at(-1)?.verdict ?? 'accepted',
  }
}
