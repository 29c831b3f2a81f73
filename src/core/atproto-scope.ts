import type { Metadata } from './metadata.js'

/** Whether a client asks for atproto sessions: its servers have rules of their own, and so have we. */
export const isForAtproto = ({ scope = '' }: Metadata): boolean =>
  scope.split(' ').includes('atproto')
