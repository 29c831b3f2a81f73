import { posix, win32 } from 'node:path'

const here = process.platform === 'win32' ? win32 : posix

/**
 * The path of a file as its repository has it.
 *
 * @param root The directory of the repository, absolute.
 * @param path The path of the file, absolute.
 *
 * @returns With slashes and without `..`; undefined for a file elsewhere.
 */
export function pathIn(root: string, path: string, system = here): string | undefined {
  const relative = system.relative(root, path)
  const isOutside =
    relative === '' || system.isAbsolute(relative) || /^\.\.(?:[\\/]|$)/.test(relative)
  return isOutside ? undefined : relative.split(system.sep).join('/')
}
