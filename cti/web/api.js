/**
 * Requests to the service's own API. Every expected outcome is a value: a refusal carries the status and the problem
 * document, a network failure is status 0. Never throws, never retries, never touches the page.
 */

/** @typedef {{title?: string, detail?: string, state?: string, reason?: string, errors?: {field: string, message: string}[]}} Problem */
/** @typedef {{ok: true, status: number, data: any} | {ok: false, status: number, problem: Problem, retry_after_s: number|null}} Answer */

/**
 * @param {'GET'|'POST'|'PUT'|'DELETE'} method
 * @param {string} path below the service's root
 * @param {unknown} [body] sent as JSON
 * @param {{keepalive?: boolean, timeout_ms?: number, headers?: Record<string, string>}} [options]
 * @returns {Promise<Answer>}
 */
export async function request(method, path, body, options = {}) {
  try {
    const response = await fetch(path, {
      method,
      credentials: 'same-origin',
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...options.headers },
      body: body === undefined ? undefined : JSON.stringify(body),
      keepalive: options.keepalive ?? false,
      signal: AbortSignal.timeout(options.timeout_ms ?? 10_000),
    });
    const text = await response.text();
    const data = text === '' ? null : parse(text);
    if (response.ok) return { ok: true, status: response.status, data };
    const retry = Number(response.headers.get('retry-after'));
    return { ok: false, status: response.status, problem: data ?? {}, retry_after_s: retry > 0 ? retry : null };
  } catch {
    return { ok: false, status: 0, problem: {}, retry_after_s: null };
  }
}

/** @param {string} text @returns {any} null where it is not JSON (a proxy's error page) */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** @param {string} path */
export const get = (path) => request('GET', path);
/** @param {string} path @param {unknown} [body] */
export const post = (path, body) => request('POST', path, body ?? {});
/** @param {string} path @param {unknown} body @param {{keepalive?: boolean}} [options] */
export const put = (path, body, options) => request('PUT', path, body, options);
/** @param {string} path */
export const remove = (path) => request('DELETE', path);
