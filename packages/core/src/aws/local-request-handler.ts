import { isPendingCall } from "./pending-call.ts";
import type { Answer } from "./pending-call.ts";

interface HandlerOptions {
  readonly abortSignal?: unknown;
}

/**
 * The client's `requestHandler`: the end of the middleware chain, where the SDK would open a socket. It answers calls
 * that the seam has prepared, from this process.
 */
export class LocalRequestHandler {
  readonly metadata: { readonly handlerProtocol: string } = { handlerProtocol: "amqp" };

  /** Rejects with an Error for anything but a prepared call: there is no HTTP in this client. */
  handle(request: unknown, options?: HandlerOptions): Promise<Answer> {
    if (isPendingCall(request)) return request.answer(request, abortSignalOf(options));
    return Promise.reject(new Error("This client talks AMQP to RabbitMQ and cannot send an HTTP request."));
  }

  /** For the SDK, which lets callers tune an HTTP handler. There is nothing to tune. */
  updateHttpClientConfig(): void {}

  /** For the SDK's extensions. There is nothing to report. */
  httpHandlerConfigs(): Record<string, never> {
    return {};
  }

  /** Nothing is held here; the client releases its broker resources in its own `destroy()`. */
  destroy(): void {}
}

function abortSignalOf(options: HandlerOptions | undefined): AbortSignal | undefined {
  const signal = options?.abortSignal;
  return isAbortSignal(signal) ? signal : undefined;
}

/** By shape and not by class: test runners and polyfills bring their own `AbortSignal`. */
function isAbortSignal(signal: unknown): signal is AbortSignal {
  return typeof signal === "object" && signal !== null && "aborted" in signal && "addEventListener" in signal;
}
