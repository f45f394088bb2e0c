/** Logging in. Says clearly what is wrong and, when attempts are limited, when to try again; then goes where the role works. */
import { post } from './api.js';
import { tick } from './clock.js';
import { duration } from './format.js';
import { html, render } from './html.js';
import { Icon } from './icons.js';
import { Ribbon } from './parts/ribbon.js';
import { text } from './strings/text.js';
import { signal } from './vendor/signals.js';

const words = text.login;
/** Where the service does not say how long. */
const USUAL_WAIT_S = 60;

/**
 * @typedef {{sending: boolean, problem: 'wrong'|'unreachable'|'broken'|'email_missing'|'password_missing'|null,
 *   until_ms: number|null, shown: boolean}} LoginState
 */
/** @type {import('@preact/signals').Signal<LoginState>} */
const state = signal({ sending: false, problem: null, until_ms: null, shown: false });

/** @param {Partial<LoginState>} change */
const change = (change) => (state.value = { ...state.value, ...change });

/** @param {{role: string, rep: unknown}} me @returns {string} the page this person works on */
const homeOf = (me) => (me.role === 'rep' || me.rep ? '/' : '/admin');

/** @returns {string|null} the page that asked for logging in, if it is one of ours */
function wanted() {
  const next = new URLSearchParams(location.search).get('next');
  return next === '/' || next === '/admin' ? next : null;
}

/** @param {SubmitEvent} event */
async function submit(event) {
  event.preventDefault();
  const form = new FormData(/** @type {HTMLFormElement} */ (event.currentTarget));
  const [email, password] = [String(form.get('email')).trim(), String(form.get('password'))];
  if (!email || !password) {
    change({ problem: email ? 'password_missing' : 'email_missing' });
    document.getElementById(email ? 'password' : 'email')?.focus();
    return;
  }
  change({ sending: true, problem: null });
  const answer = await post('/api/v1/session', { email, password });
  if (answer.ok) {
    const home = homeOf(answer.data);
    return location.replace(answer.data.role === 'rep' ? home : (wanted() ?? home));
  }
  if (answer.status === 429) return change({ sending: false, until_ms: Date.now() + (answer.retry_after_s ?? USUAL_WAIT_S) * 1000 });
  change({ sending: false, problem: answer.status === 0 ? 'unreachable' : answer.status >= 500 ? 'broken' : 'wrong' });
  document.getElementById('password')?.focus();
}

function Problem() {
  const { problem, until_ms } = state.value;
  const left_ms = until_ms === null ? 0 : until_ms - tick.value;
  const said = left_ms > 0 ? words.limited(duration(left_ms + 999)) : problem && words[problem];
  return html`<div role="alert" id="problem">${said && html`<p class="error"><${Icon} name="alert" />${said}</p>`}</div>`;
}

function Login() {
  const { sending, problem, until_ms, shown } = state.value;
  const limited = until_ms !== null && until_ms > tick.value;
  const invalid = problem === 'wrong' ? 'true' : undefined;
  return html`
    <${Ribbon} />
    <main class="login"><form class="login-card sheet" onSubmit=${submit} novalidate>
      <span class="brand"><${Icon} name="phone" />${text.app.name}</span>
      <div><h1>${words.title}</h1><p class="muted">${words.lead}</p></div>
      <div class="field"><label for="email">${words.email}</label>
        <input class="input" id="email" name="email" type="email" autocomplete="username" autocapitalize="none" spellcheck="false" required
          aria-invalid=${problem === 'email_missing' ? 'true' : invalid} aria-describedby="problem" /></div>
      <div class="field"><label for="password">${words.password}</label>
        <span class="password-field"><input class="input" id="password" name="password" type=${shown ? 'text' : 'password'} autocomplete="current-password" required
          aria-invalid=${problem === 'password_missing' ? 'true' : invalid} aria-describedby="problem" />
        <button type="button" class="button quiet icon-only" aria-label=${shown ? words.hide : words.show} aria-pressed=${shown} onClick=${() => change({ shown: !shown })}>
          <${Icon} name="eye" /></button></span></div>
      <${Problem} />
      <button class="button primary tall" disabled=${sending || limited}>${sending ? html`<span class="spinner"></span>${words.submitting}` : words.submit}</button>
      <p class="tiny">${words.help}</p>
    </form></main>`;
}

document.title = words.title;
render(html`<${Login} />`, /** @type {HTMLElement} */ (document.getElementById('page')));
document.getElementById('email')?.focus();
