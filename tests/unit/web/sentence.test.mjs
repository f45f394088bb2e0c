import assert from 'node:assert/strict';
import { test } from 'node:test';

import { lengthText, lengthWords, parseLength } from '../../../cti/web/admin/rules/length.js';
import { namesOf } from '../../../cti/web/admin/rules/names.js';
import { sentence } from '../../../cti/web/admin/rules/sentence.js';
import { rule_words as en } from '../../../cti/web/strings/en/rule_words.js';
import { rule_words as id } from '../../../cti/web/strings/id/rule_words.js';
import { rule_words as ms } from '../../../cti/web/strings/ms/rule_words.js';
import { rule_words as pl } from '../../../cti/web/strings/pl/rule_words.js';

const CONFIG = {
  queues: [{ id: 'support', name: 'Support' }],
  numbers: [{ number: '+1 (555) 0100', name: 'the main line' }],
  reps: [{ id: 'ana', name: 'Ana Perez' }],
};
const told = (rule, { words = en, config = CONFIG, is_other = false } = {}) =>
  sentence(rule, { names: namesOf(config), words, is_other }).whole.replaceAll('\u00a0', ' ');
const GOLD = {
  name: 'gold',
  when: 'caller.tier == "gold" && call.to == "+15550100"',
  route: {
    queue: 'support',
    prefer_rep: { who: 'owner', wait: '15s' },
    needs: { support: 3 },
    steps: [{ after: '30s', needs: { support: 1 } }, { after: '2m', offer_callback: true }],
  },
};

test('a rule reads as a sentence, in each language', () => {
  assert.equal(told(GOLD), 'When a gold customer calls the main line: their own rep, for 15 s; then anyone with support 3; after 30 s support 1; after 2 min offer a call back.');
  assert.equal(told(GOLD, { words: pl }), 'Gdy na the main line dzwoni klient gold: własny opiekun, przez 15 s; potem ktokolwiek z umiejętnością support 3; po 30 s support 1; po 2 min propozycja oddzwonienia.');
  assert.equal(told(GOLD, { words: id }), 'Bila pelanggan gold menelepon the main line: petugas tetapnya, selama 15 dtk; lalu siapa saja dengan support 3; setelah 30 dtk support 1; setelah 2 mnt tawarkan telepon balik.');
  assert.equal(told(GOLD, { words: ms }), 'Apabila pelanggan gold menelefon the main line: petugas tetapnya, selama 15 saat; kemudian sesiapa sahaja dengan support 3; selepas 30 saat support 1; selepas 2 min tawarkan panggilan balik.');
});

test('all that a plan can say is said', () => {
  const route = {
    queue: 'support', priority: 10, head_start: '30s', prefer_rep: { who: 'ana', wait: '0s', team_wait: '40s', must_qualify: false },
    needs: { language: { is: 'call.language', least: 3 } }, prefers: { sales: 3, product: 'caller.product' },
    steps: [
      { after: '45s', queues: ['sales'], needs: {}, priority: 20, skip_if: 'nobody_on_duty' },
      { after: '1m30s', offer_callback: false, then: { queue: 'sales' } },
      { after: '10m', then: { dial: '+48 600 100 999' } },
    ],
    closing: { hours: 'office', then: 'voicemail' },
  };
  assert.equal(
    told({ route }, { is_other: true }),
    'Every other call: Ana Perez, with the skills or without, if free; then only that rep’s team, for 40 s; then anyone with language by their spoken language 3, best with sales × 3 and product by their product, priority 10, counted as waiting for 30 s already; '
      + 'after 45 s reps of sales too, no skill needed, priority 20 (unless nobody on duty could then take it); after 1 min 30 s no longer offer a call back, move to sales; after 10 min put through to +48 600 100 999; when office closes, take a message.',
  );
});

test('rules that ask, refuse and do nothing yet', () => {
  const ask = { say: { en: 'Sales 1', pl: 'Sprzedaż 1' }, keys: { 1: 'sales' }, speech: { sales: ['buy'] } };
  assert.equal(told({ ask, route: { queue: 'support' } }), 'Every call: ask “Sales 1” (1 = sales, or spoken); anyone.');
  assert.equal(told({ when: '"blocked" in call.lists', block: 'busy' }), 'When somebody on the list blocked calls: refuse the call with the busy tone.');
  assert.equal(told({ when: 'call.from == null', block: { say: 'No.' } }), 'When a caller who withholds the number calls: say “No.” and hang up.');
  assert.equal(told({ name: 'new' }), 'Every call: nothing yet.');
});

test('conditions that are no usual ones are told as they are written', () => {
  assert.match(told({ when: 'size(caller.tags) > 2 && caller.tier == "gold"' }), /^When a gold customer calls where size\(caller\.tags\) > 2: /);
  assert.match(told({ when: 'call.to == "+15550100" || caller.campaign == "spring"' }), /^When somebody calls the main line, or when somebody whose campaign is spring calls: /);
  assert.match(told({ when: '!hours.office.open && call.country in ["PL", "DE"]' }), /^When somebody from Poland or Germany calls while office is closed: /);
});

test('whatever stands where a rule ought to be is told without failing', () => {
  const odd = [null, 7, 'x', [], { when: ['a'], route: 'support', ask: [1], block: { say: 3 } }, { route: { queue: 1, steps: 'x', needs: [1], prefer_rep: 'ana', closing: 5 } }, { route: { steps: [null, { after: { a: 1 }, then: [] }] } }];
  for (const words of [en, id, ms, pl]) for (const rule of odd) assert.equal(typeof told(rule, { words, config: rule }), 'string');
});

test('every test that a form can make has words in each language', () => {
  const { fields, tests, rels, hours, matches, who, ends, skip_if, blocks } = en;
  for (const words of [id, ms, pl]) {
    for (const [name, mine] of Object.entries({ fields, tests, rels, hours, matches, who, ends, skip_if, blocks })) {
      assert.deepEqual(Object.keys(words[name]), Object.keys(mine), `${words.locale} ${name}`);
    }
  }
});

test('lengths of time are read as the service reads them', () => {
  assert.deepEqual(['20s', '1h30m', '1.5m', '0', 0, '', '5', 'x', 20].map(parseLength), [20_000, 5_400_000, 90_000, 0, 0, null, null, null, null]);
  assert.deepEqual([0, 90_000, 3_600_500].map(lengthText), ['0s', '1m30s', '1h0.5s']);
  assert.deepEqual([lengthWords('1h30m', en.units), lengthWords('soon', en.units), lengthWords(undefined, en.units)], ['1\u00a0h 30\u00a0min', 'soon', '']);
});
