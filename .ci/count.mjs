// Prints the counts of a test run as one plain line, and fails when a test failed or was skipped.
import { readFileSync } from 'node:fs'

let failed = 1
let passed = 0
let skipped = []
try {
  const { numPassedTests, numFailedTests, numFailedTestSuites, testResults } = JSON.parse(
    readFileSync(process.argv[2], 'utf8'),
  )
  passed = numPassedTests
  // A file that cannot be loaded has no test that fails.
  failed = numFailedTests || numFailedTestSuites
  skipped = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status !== 'passed' && status !== 'failed')
} catch (error) {
  console.log(`the test report cannot be read: ${error.message}`)
}
for (const { fullName } of skipped) console.log(`skipped: ${fullName}`)
console.log(`${passed} passed, ${failed + skipped.length} failed`)
process.exitCode = failed + skipped.length > 0 ? 1 : 0
