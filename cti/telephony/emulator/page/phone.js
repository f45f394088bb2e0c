/** The telephone page: one call at a time, drawn from what the emulator says. */
import { clock, initials, isForUs, lasted, phaseOf } from './call_state.js';
import { Callers } from './callers.js';
import { byId, make, say } from './dom.js';
import { Keypad } from './keypad.js';
import { Line } from './line.js';
import { Transcript } from './transcript.js';
import { Voice } from './voice.js';
import { DECLINE, HANG_UP, PHASES, whyEnded } from './words.js';

/** @typedef {import('./call_state.js').Call} Call */
/** @typedef {import('./call_state.js').Phase} Phase */

const NOBODY = '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="8" r="4"/><path d="M4 21a8 8 0 0 1 16 0"/></svg>';

const phone = byId('phone', HTMLElement);
const face = byId('face', HTMLSpanElement);
const who = byId('who', HTMLParagraphElement);
const route = byId('route', HTMLParagraphElement);
const state = byId('state', HTMLSpanElement);
const time = byId('time', HTMLSpanElement);
const form = byId('form', HTMLFormElement);
const in_call = byId('in-call', HTMLDivElement);
const call_button = byId('call', HTMLButtonElement);
const hang_up = byId('hang-up', HTMLButtonElement);
const answer = byId('answer', HTMLButtonElement);
const hang_up_words = byId('hang-up-words', HTMLSpanElement);
const aloud = byId('aloud', HTMLButtonElement);
const lost = byId('lost', HTMLParagraphElement);
const past = byId('past', HTMLOListElement);

const voice = new Voice();
const transcript = new Transcript();
const callers = new Callers(() => draw());

/** @type {Call|null} */
let call = null;
let dialling = false;
let heard_count = 0;
let caller_name = '';
/** @type {Phase} */
let last_phase = 'idle';

const line = new Line({
  call: (next) => take(next),
  taken: (sid) => {
    if (call?.sid === sid) finish({ ...call, ended_at: new Date().toISOString(), ended_reason: 'taken' });
    draw();
  },
  refused: (message) => {
    dialling = false;
    callers.wrong(message);
    draw();
  },
  up: () => {
    lost.hidden = true;
    draw();
  },
  down: () => {
    lost.hidden = false;
    dialling = false;
    if (call && !call.ended_at) finish({ ...call, ended_at: new Date().toISOString(), ended_reason: 'the emulator went away' });
    draw();
  },
});

const keypad = new Keypad({
  press: (digits) => act((sid) => line.press(sid, digits)),
  say: (text) => act((sid) => line.say(sid, text)),
});

/** The caller does something on the live call; what the browser speaks stops. @param {(sid: string) => void} what */
function act(what) {
  voice.hush();
  if (call) what(call.sid);
}

/** @param {string} name whose telephone it is */
function begin(name) {
  call = null;
  heard_count = 0;
  caller_name = name;
  last_phase = 'idle';
  voice.hush();
  transcript.clear();
}

/** @param {Call} next */
function take(next) {
  if (isForUs(next) && next.sid !== call?.sid) {
    if (next.status !== 'ringing') return;
    if (dialling || (call && !call.ended_at)) return line.hangUp(next.sid);
    begin(callers.nameOf(next.to));
  } else if (call && call.sid !== next.sid && !dialling) return;
  dialling = false;
  const before = last_phase;
  call = next;
  const phase = phaseOf(call);
  if (phase !== before && phase !== 'ended') {
    if (before === 'waiting') voice.hush();
    transcript.step(PHASES[phase]);
  }
  for (const words of call.heard.slice(heard_count)) {
    transcript.heard(words);
    if (words.kind === 'speech') voice.speak(words.text, words.language);
  }
  heard_count = call.heard.length;
  last_phase = phase;
  if (phase === 'ended') finish(call);
  draw();
}

/** @param {Call} over */
function finish(over) {
  call = over;
  last_phase = 'ended';
  transcript.step(`${PHASES.ended}: ${whyEnded(over.ended_reason).toLowerCase()}`);
  const row = make('li');
  const when = new Date(over.started_at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', hour12: false });
  row.append(
    make('span', '', caller_name),
    make('span', 'end', clock(lasted(over))),
    make('span', 'sub num', `${when} · ${isForUs(over) ? `from ${over.from}` : `to ${over.to}`}`),
    make('span', 'end sub', whyEnded(over.ended_reason)),
  );
  past.prepend(row);
  byId('past-section', HTMLElement).hidden = false;
}

function draw() {
  const phase = dialling ? 'dialling' : phaseOf(call);
  const live = dialling || (phase !== 'idle' && phase !== 'ended');
  phone.dataset.phase = phase;
  const shown = callers.shown();
  const name = live || phase === 'ended' ? caller_name : shown.name;
  say(who, name);
  say(route, call && !dialling ? `${call.from} → ${call.to}` : shown.from);
  const letters = initials(name);
  if (letters) say(face, letters);
  else face.innerHTML = NOBODY;
  say(state, phase === 'ended' ? whyEnded(call?.ended_reason ?? null) : PHASES[phase]);
  tick();
  const had_focus = document.activeElement;
  form.hidden = live;
  in_call.hidden = !live;
  const called = phase === 'called';
  answer.hidden = !called;
  say(hang_up_words, called ? DECLINE : HANG_UP);
  keypad.show(live && !dialling && !called ? call : null);
  call_button.disabled = !lost.hidden;
  if (live && had_focus === call_button) (called ? answer : hang_up).focus();
  if (!called && had_focus === answer && live) hang_up.focus();
  if (!live && (had_focus === hang_up || had_focus === answer)) call_button.focus();
  document.title = live ? `${PHASES[phase]} · Telephone` : 'Telephone';
}

function tick() {
  const shown = call && !dialling ? clock(call.ended_at ? lasted(call) : (Date.now() - Date.parse(call.started_at)) / 1000) : '';
  say(time, shown);
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  const taken = callers.taken();
  if (!taken) return;
  begin(taken.caller.name);
  dialling = true;
  last_phase = 'dialling';
  line.dial(taken.caller.from, taken.to);
  draw();
});

answer.addEventListener('click', () => act((sid) => line.answer(sid)));

hang_up.addEventListener('click', () => act((sid) => line.hangUp(sid)));

aloud.setAttribute('aria-pressed', String(voice.on));
aloud.addEventListener('click', () => {
  voice.turn(!voice.on);
  aloud.setAttribute('aria-pressed', String(voice.on));
});

form.addEventListener('change', () => {
  if (call?.ended_at) call = null;
  draw();
});

setInterval(tick, 250);
callers.show(await (await fetch('/emulator/setup')).json());
draw();
