declare module "sns-validator" {
  /** The part of the package that is used here; it brings no types. */
  export default class MessageValidator {
    constructor(hostPattern?: RegExp, encoding?: string);
    validate(message: string, callback: (error: Error | null, message?: Record<string, unknown>) => void): void;
  }
}
