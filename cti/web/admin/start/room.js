/** First steps: from nothing to the first call, each step doing its thing. */
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { useEffect, useRef, useState } from '../../vendor/preact-hooks.js';
import { config, draft, isChanged } from '../draft.js';
import { loadPeople, people, people_seen } from '../people/store.js';
import { Waiting } from '../parts/state.js';
import { may } from '../shell.js';
import { NumberStep, RuleStep, SkillsStep } from './config_steps.js';
import { ActiveStep, CallStep } from './live_steps.js';
import { RepsStep } from './reps_step.js';
import { doneSteps, nextStep, STEPS } from './steps.js';
import { words } from './words.js';

const VIEWS = { number: NumberStep, skills: SkillsStep, reps: RepsStep, rule: RuleStep, active: ActiveStep, call: CallStep };

export function StartRoom() {
  const [everybody, setEverybody] = useState(false);
  const [called, setCalled] = useState(false);
  useEffect(() => void loadPeople(), []);
  const { phase, base } = draft.value;
  const state = people_seen.value;
  if (!may('configure')) return html`<h1 class="page-title">${words.title}</h1><p class="muted">${words.admins_only}</p>`;
  if (phase === 'loading' || state.body === null) return html`<h1 class="page-title">${words.title}</h1><${Waiting} state=${state} retry=${loadPeople} />`;
  const done = doneSteps(config.value, people(), { everybody, active: base !== null && !isChanged.value, called });
  const next = nextStep(done);
  const finish = { reps: () => setEverybody(true), call: () => setCalled(true) };
  return html`<h1 class="page-title">${words.title}</h1><p class="muted room-lead">${words.lead}</p>
    <ol class="first-steps">${STEPS.map((step, n) => html`<${One} key=${step} step=${step} n=${n + 1} done=${done[step]} open=${step === next} finish=${/** @type {Record<string, () => void>} */ (finish)[step]} />`)}</ol>
    <div role="status">${next === null && html`<div class="nothing sheet go"><${Icon} name="check" /><h2>${words.all_done}</h2><p class="muted">${words.all_done_lead}</p>
      <div class="acts"><a class="button primary" href="#/floor">${words.to_floor}</a><a class="button" href="#/care">${words.to_care}</a></div></div>`}</div>`;
}

/** @param {{step: typeof STEPS[number], n: number, done: boolean, open: boolean, finish?: () => void}} props */
function One({ step, n, done, open, finish }) {
  const View = VIEWS[step];
  const heading = useRef(/** @type {HTMLElement|null} */ (null));
  const was = useRef(open);
  useEffect(() => {
    if (open && !was.current) heading.current?.focus();
    was.current = open;
  }, [open]);
  return html`<li class=${`first-step sheet ${open ? 'open' : ''} ${done ? 'done' : ''}`} aria-current=${open ? 'step' : undefined}>
    <h2 ref=${heading} tabindex="-1"><span class="step-mark">${done ? html`<${Icon} name="check" />` : n}</span>${words.steps[step]}${done && html`<span class="hidden-text">: ${words.done}</span>`}</h2>
    ${open && html`<div class="step-body"><p class="muted">${words.leads[step]}</p><${View} finish=${finish} /></div>`}</li>`;
}
