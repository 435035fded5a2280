/** `$metadata` with the keys that the SDK's deserializer and retry middleware leave on outputs and errors. */
export interface CallMetadata {
  readonly httpStatusCode: number;
  readonly requestId: string;
  readonly extendedRequestId: undefined;
  readonly cfId: undefined;
  readonly attempts: number;
  readonly totalRetryDelay: number;
}

/** Fills `$metadata` for a call that was answered at its first attempt. */
export function callMetadata(httpStatusCode: number, requestId: string): CallMetadata {
  return { httpStatusCode, requestId, extendedRequestId: undefined, cfId: undefined, attempts: 1, totalRetryDelay: 0 };
}
