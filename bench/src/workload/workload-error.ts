/** A mistake in what the user wrote: its message says where and what to write instead. */
export class WorkloadError extends Error {
  override readonly name: string = "WorkloadError";
}
