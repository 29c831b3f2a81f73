import { existsSync, readFileSync } from 'node:fs'

const { dependencies } = JSON.parse(readFileSync('test/servers/package.json', 'utf8')) as {
  dependencies: Readonly<Record<string, string>>
}

/** Whether the servers of others are there to be asked. */
export const isInstalled = Object.keys(dependencies).every((name) =>
  existsSync(`test/servers/node_modules/${name}`),
)

/** What installs them. */
export const INSTALL = 'npm ci --prefix test/servers --ignore-scripts'
