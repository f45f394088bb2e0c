/** Before the shift: can I be heard, can I hear, then start. The same check stands in a dialog later on. */
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { Dialog } from '../../parts/dialog.js';
import { Bar } from '../../parts/notice.js';
import { isSimulated } from '../../parts/ribbon.js';
import { text } from '../../strings/text.js';
import { useEffect, useRef, useState } from '../../vendor/preact-hooks.js';
import { setStatus } from '../actions.js';
import { closeMicrophone, listDevices, meterOf, openMicrophone } from '../devices.js';
import { keeper, prepareShift, sound } from '../shell.js';
import { desk, dispatch } from '../store.js';

const words = text.start;
/** A voice at a usual distance; a quiet room stays below it. */
const HEARD_FROM = 0.08;

export function Start() {
  const { me, phone } = desk.value;
  const [busy, setBusy] = useState(false);
  const start = async () => {
    setBusy(true);
    if (await mayTalk()) {
      if (await prepareShift()) await setStatus('available');
    }
    setBusy(false);
  };
  return html`<div class="start sheet">
    <div class="start-head"><h1>${words.title(me?.rep?.name.split(' ')[0] ?? '')}</h1><p class="muted">${words.lead}</p></div>
    <${SoundCheck} />
    <${Problem} />
    <div class="start-foot"><button type="button" class="button tall primary" disabled=${busy || phone.state === 'starting'} onClick=${start}>
      ${busy ? html`<span class="spinner"></span>${words.starting}` : html`<${Icon} name="sun" />${words.start}`}</button>
      <p class="tiny">${words.note}</p></div>
  </div>`;
}

/** A real line needs a microphone before any caller is offered; the simulated one carries no sound. */
async function mayTalk() {
  if (desk.peek().me?.simulated || isSimulated()) return true;
  const microphone = await openMicrophone(keeper.devices.input);
  if (typeof microphone !== 'string') {
    closeMicrophone(microphone);
    return true;
  }
  dispatch({ type: 'phone_failed', problem: microphone });
  return false;
}

function Problem() {
  const { problem } = desk.value.phone;
  if (problem === null) return null;
  return html`<div class="in-card" role="alert"><${Bar} kind="stop" icon="mic_off"><strong>${text.phone[problem]}.</strong> ${text.phone[`${problem}_hint`]}</${Bar}></div>`;
}

/** @param {{onClose: () => void}} props */
export const SoundDialog = ({ onClose }) =>
  html`<${Dialog} title=${words.device_title} close_label=${words.close} onClose=${onClose}><${SoundCheck} /></${Dialog}>`;

function SoundCheck() {
  const [devices, setDevices] = useState(/** @type {Awaited<ReturnType<typeof listDevices>>} */ ({ inputs: [], outputs: [] }));
  const refresh = () => listDevices().then(setDevices);
  useEffect(() => {
    refresh();
    navigator.mediaDevices?.addEventListener('devicechange', refresh);
    return () => navigator.mediaDevices?.removeEventListener('devicechange', refresh);
  }, []);
  return html`<div class="check"><${Microphone} inputs=${devices.inputs} allowed=${refresh} /><${Speaker} outputs=${devices.outputs} /></div>`;
}

/** @param {{inputs: import('../devices.js').Device[], allowed: () => void}} props */
function Microphone({ inputs, allowed }) {
  const [state, setState] = useState(/** @type {'idle'|'testing'|'denied'|'missing'} */ ('idle'));
  const [stream, setStream] = useState(/** @type {MediaStream|null} */ (null));
  useEffect(() => () => stream?.getTracks().forEach((track) => track.stop()), [stream]);
  const test = async () => {
    await sound.unlock();
    const opened = await openMicrophone(keeper.devices.input);
    if (typeof opened === 'string') return setState(opened);
    allowed();
    setStream(opened);
    return setState('testing');
  };
  const choose = (/** @type {string} */ id) => {
    keeper.useDevices({ input: id });
    if (stream) test();
  };
  const failed = state === 'denied' || state === 'missing';
  return html`<div class="check-row">
    <${Picker} id="microphone" icon="mic" label=${words.microphone} devices=${inputs} choose=${choose} />
    ${stream ? html`<${Meter} stream=${stream} />` : html`<button type="button" class="button" onClick=${test}>${words.test}</button>`}
    ${failed && html`<p class="error" role="alert"><${Icon} name="alert" />${problemOf(state)}</p>`}
  </div>`;
}

/** @param {'denied'|'missing'} problem */
const problemOf = (problem) =>
  isSimulated() ? text.phone[`${problem}_simulated`] : `${text.phone[problem]}. ${text.phone[`${problem}_hint`]}`;

/** @param {{stream: MediaStream}} props */
function Meter({ stream }) {
  const bar = useRef(/** @type {HTMLElement|null} */ (null));
  const [heard, setHeard] = useState(false);
  useEffect(() => {
    if (!sound.context) return undefined;
    const read = meterOf(stream, sound.context);
    let frame = 0;
    const draw = () => {
      const level = read();
      bar.current?.style.setProperty('transform', `scaleX(${level})`);
      if (level > HEARD_FROM) setHeard(true);
      frame = requestAnimationFrame(draw);
    };
    draw();
    return () => cancelAnimationFrame(frame);
  }, [stream]);
  return html`<div class="meter"><span class="meter-bar" role="img" aria-label=${words.level}><i ref=${bar}></i></span>
    <span class="tiny" role="status">${heard ? html`<span class="chip go"><${Icon} name="check" />${words.heard}</span>` : words.testing}</span></div>`;
}

/** @param {{outputs: import('../devices.js').Device[]}} props */
function Speaker({ outputs }) {
  const [playing, setPlaying] = useState(false);
  const play = async () => {
    setPlaying(true);
    await sound.testTone();
    setPlaying(false);
  };
  const choose = (/** @type {string} */ id) => {
    sound.useOutput(id);
    keeper.useDevices({ output: id });
  };
  return html`<div class="check-row">
    <${Picker} id="speaker" icon="speaker" label=${words.speaker} devices=${outputs} choose=${choose} />
    <button type="button" class="button" disabled=${playing} onClick=${play}>${playing ? words.playing : words.tone}</button>
  </div>`;
}

/** @param {{id: string, icon: import('../../icons.js').IconName, label: string, devices: import('../devices.js').Device[], choose: (id: string) => void}} props */
const Picker = ({ id, icon, label, devices, choose }) => html`<div class="field picker">
  <label for=${id}><${Icon} name=${icon} />${label}</label>
  <select class="input" id=${id} onChange=${(/** @type {Event} */ event) => choose(/** @type {HTMLSelectElement} */ (event.currentTarget).value)}>
    <option value="">${words.system}</option>
    ${devices.map((device) => html`<option key=${device.id} value=${device.id}>${device.label}</option>`)}
  </select></div>`;
