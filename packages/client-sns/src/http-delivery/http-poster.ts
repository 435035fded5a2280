import { Agent as HttpAgent, request as httpRequest, type RequestOptions } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { HttpRequest } from "../model/http-request.ts";
import { checkHost, guardedLookup, PrivateAddressError } from "./address-guard.ts";

/** What came of a request. */
export type PostOutcome =
  | { readonly type: "delivered" }
  /** The endpoint, or the way to it, may work later. */
  | { readonly type: "failed"; readonly reason: string }
  /** No retry helps: AWS's "permanent failure", a status of 400 to 499 other than 429. */
  | { readonly type: "refused"; readonly reason: string };

/** How requests are made. */
export interface HttpPosterOptions {
  readonly timeoutMs: number;
  readonly allowPrivateAddresses: boolean;
  /** Certificate authorities for https endpoints, in PEM, besides the usual ones. */
  readonly ca: string | undefined;
}

/** Posts documents to endpoints, over connections that stay open. */
export class HttpPoster {
  readonly #options: HttpPosterOptions;
  readonly #http = new HttpAgent({ keepAlive: true });
  readonly #https: HttpsAgent;

  constructor(options: HttpPosterOptions) {
    this.#options = options;
    this.#https = new HttpsAgent({ keepAlive: true, ...(options.ca === undefined ? {} : { ca: options.ca }) });
  }

  /** Posts a document. Never rejects. */
  async post(endpoint: string, request: HttpRequest): Promise<PostOutcome> {
    try {
      const status = await this.#send(new URL(endpoint), request);
      if (status >= 200 && status < 300) return { type: "delivered" };
      const permanent = status >= 400 && status < 500 && status !== 429;
      return { type: permanent ? "refused" : "failed", reason: `HTTP status ${status}` };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { type: error instanceof PrivateAddressError ? "refused" : "failed", reason };
    }
  }

  /** Closes the connections. */
  close(): void {
    this.#http.destroy();
    this.#https.destroy();
  }

  #send(url: URL, { headers, body }: HttpRequest): Promise<number> {
    const { timeoutMs, allowPrivateAddresses } = this.#options;
    if (!allowPrivateAddresses) checkHost(url.hostname);
    const secure = url.protocol === "https:";
    const options: RequestOptions = {
      method: "POST",
      headers: { ...headers, "content-length": body.length, ...credentialsOf(url) },
      agent: secure ? this.#https : this.#http,
      timeout: timeoutMs,
      signal: AbortSignal.timeout(timeoutMs),
      ...(allowPrivateAddresses ? {} : { lookup: guardedLookup }),
    };
    return new Promise((resolve, reject) => {
      const sent = (secure ? httpsRequest : httpRequest)(withoutCredentials(url), options, (response) => {
        response.on("error", reject);
        response.on("end", () => resolve(response.statusCode ?? 0));
        response.resume();
      });
      sent.on("error", reject);
      sent.end(body);
    });
  }
}

/** AWS sends the credentials of a URL as basic authentication. */
function credentialsOf({ username, password }: URL): Readonly<Record<string, string>> {
  if (username === "") return {};
  const text = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(text).toString("base64")}` };
}

function withoutCredentials(url: URL): URL {
  const bare = new URL(url);
  bare.username = "";
  bare.password = "";
  return bare;
}
