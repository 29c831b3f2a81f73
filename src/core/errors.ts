/**
 * Something the user can mend at once: a wrong option, a file that is not there. The message is one
 * line that says what is wrong and what to do.
 */
export class UsageError extends Error {
  override readonly name = 'UsageError'

  /** @param others Further lines of the same kind, each as complete as the message. */
  constructor(
    message: string,
    readonly others: readonly string[] = [],
  ) {
    super(message)
  }
}
