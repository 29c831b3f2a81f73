import { build } from 'tsup'

/** Builds what the tests of the executable run, so that they never see an older one. */
export default async function setup(): Promise<void> {
  await build({})
}
