// Prints the counts of test runs as one plain line, and fails when a test failed or was skipped.
import { readFileSync } from 'node:fs'

let passed = 0
let failed = 0
for (const file of process.argv.slice(2)) {
  try {
    const { numPassedTests, numFailedTests, numFailedTestSuites, testResults } = JSON.parse(
      readFileSync(file, 'utf8'),
    )
    const skipped = testResults
      .flatMap(({ assertionResults }) => assertionResults)
      .filter(({ status }) => status !== 'passed' && status !== 'failed')
    for (const { fullName } of skipped) console.log(`skipped: ${fullName}`)
    passed += numPassedTests
    // A file that cannot be loaded has no test that fails.
    failed += (numFailedTests || numFailedTestSuites) + skipped.length
  } catch (error) {
    console.log(`the test report cannot be read: ${error.message}`)
    failed++
  }
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 || passed === 0 ? 1 : 0
