/** An error as one line for a person: its message, and those of its causes that it does not repeat. */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const message = error.message === "" ? error.name : error.message;
  if (error instanceof AggregateError && error.errors.length > 0) return errorText(error.errors[0]);
  const cause = error.cause === undefined ? "" : errorText(error.cause);
  if (cause.startsWith(message)) return cause;
  return message.endsWith(cause) ? message : `${message}: ${cause}`;
}
