/** How the broker answers a request, or why it refused a message. */
export const ResponseCode = {
  ok: 0x01,
  streamDoesNotExist: 0x02,
  subscriptionIdExists: 0x03,
  subscriptionIdDoesNotExist: 0x04,
  streamAlreadyExists: 0x05,
  streamNotAvailable: 0x06,
  saslMechanismNotSupported: 0x07,
  authenticationFailure: 0x08,
  saslError: 0x09,
  saslChallenge: 0x0a,
  authenticationFailureLoopback: 0x0b,
  virtualHostAccessFailure: 0x0c,
  unknownFrame: 0x0d,
  frameTooLarge: 0x0e,
  internalError: 0x0f,
  accessRefused: 0x10,
  preconditionFailed: 0x11,
  publisherDoesNotExist: 0x12,
  noOffset: 0x13,
} as const;

const NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(ResponseCode).map(([name, code]) => [code, inWords(name)]),
);

/** `"stream does not exist"`: a response code for error messages. */
export function responseCodeText(code: number): string {
  return NAMES.get(code) ?? `response code ${code}`;
}

function inWords(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
