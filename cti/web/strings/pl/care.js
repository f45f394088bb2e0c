/** Polish: what needs care. */
import { counted } from './plural.js';

const calls_of = (/** @type {number} */ n) => counted(n, 'połączenie', 'połączenia', 'połączeń');

/** @type {typeof import('../en/care.js').care} */
export const care = {
  title: 'Wymaga uwagi',
  lead: (days, version) => `Połączenia z ostatnich ${days} dni, konfiguracja ${version} i sala w tej chwili. Najpilniejsze najpierw.`,
  well: 'Wszystko w porządku',
  well_lead: (days) => `Żadna reguła, kolejka, numer, konsultant ani konto niczego nie wymaga, sądząc po połączeniach z ostatnich ${days} dni. Sprawdzamy to cały czas.`,
  nothing_yet: 'Żadna konfiguracja nie jest jeszcze aktywna',
  begin: 'Pierwsze kroki',
  more: (n) => `i jeszcze ${n} tego rodzaju`,
  unnamed: 'bez nazwy',
  mend: 'Zobacz',
  mends: {
    nobody_on_duty: 'Zobacz salę', demand_unmet: 'Konsultanci i umiejętności', condition_failed: 'Otwórz regułę', example_fails: 'Otwórz przykład',
    rule_shadowed: 'Otwórz regułę', rule_never_matched: 'Otwórz regułę', queue_unserved: 'Otwórz kolejkę', queue_unused: 'Otwórz kolejkę',
    number_without_rule: 'Otwórz numer', rep_without_queue: 'Otwórz konsultanta', rep_without_calls: 'Otwórz konsultanta', rep_without_user: 'Dodaj osobę',
    user_without_rep: 'Otwórz konto', user_idle: 'Otwórz konto', token_ends: 'Otwórz tokeny',
  },
  kinds: {
    nobody_on_duty: 'Nikt nie jest na zmianie', demand_unmet: 'Nikt na zmianie nie może odebrać tych połączeń', condition_failed: 'Warunki, które zawiodły w działaniu',
    example_fails: 'Przykłady, które się nie zgadzają', rule_shadowed: 'Reguły zasłonięte przez inne', rule_never_matched: 'Reguły, które nigdy nie pasowały',
    queue_unserved: 'Kolejki, których nikt nie obsługuje', queue_unused: 'Kolejki, do których nie prowadzi żadna reguła', number_without_rule: 'Numery bez reguły',
    rep_without_queue: 'Konsultanci bez kolejki', rep_without_calls: 'Konsultanci, do których nie trafi żadne połączenie', rep_without_user: 'Konsultanci, którzy nie mogą się zalogować',
    user_without_rep: 'Konta bez konsultanta', user_idle: 'Nieużywane konta', token_ends: 'Tokeny, które wkrótce wygasną',
  },
  say: {
    nobody_on_duty: 'W tej chwili nikt nie jest na zmianie.',
    waiting: (n) => `Teraz przez to ${counted(n, 'dzwoniący czeka', 'dzwoniących czeka', 'dzwoniących czeka')}.`,
    demand_unmet: (rule, needs, queues) => `Nikt na zmianie nie spełnia wymagań reguły „${rule}”${needs && `: ${needs}`}${queues && ` w ${queues}`}.`,
    never_met: 'Żaden późniejszy krok tej reguły też nie pomaga.',
    met_after: (after) => `Ktoś może odebrać dopiero po ${after}, gdy reguła wymaga mniej.`,
    condition_failed: (rule, n, at_least) => `Warunku reguły „${rule}” nie udało się obliczyć ${at_least ? 'co najmniej ' : ''}${n === 1 ? 'raz' : `${n} razy`}; reguła została pominięta.`,
    example_took: (example, rule, taken) => `„${example}” oczekuje reguły „${rule}”, ale połączenie przejmuje „${taken}”.`,
    example_fails: (example) => `„${example}” nie wychodzi tak, jak zapisano.`,
    shadowed_always: (rule, by) => `Reguła „${rule}” nigdy nie zadziała: „${by}”, stojąca wyżej, przejmuje wszystkie jej połączenia.`,
    shadowed: (rule, by, n) => `Reguła „${rule}” nie zadziałała: „${by}”, stojąca wyżej, przejęła ${calls_of(n)}, które by do niej trafiły.`,
    never_matched: (rule, calls, at_least, days) => `Reguła „${rule}” nie przejęła nic z ${at_least ? 'ponad ' : ''}${calls} połączeń w ${counted(days, 'dzień', 'dni', 'dni')}.`,
    last_taken: (when) => `Ostatnio zadziałała: ${when}.`,
    queue_unserved: (queue) => `Żaden konsultant nie obsługuje kolejki ${queue}: kto w niej czeka, czeka na próżno.`,
    queue_unused: (queue) => `Żadna reguła nie prowadzi do kolejki ${queue}.`,
    number_without_rule: (number, rule) => `Żadna reguła nie wymienia numeru ${number}; jego połączenia trafiają do „${rule}”.`,
    rep_without_queue: (rep) => `${rep} nie obsługuje żadnej kolejki i nie dostaje połączeń.`,
    rep_without_calls: (rep) => `${rep} ma za mało umiejętności na każdą z reguł i nie dostaje połączeń.`,
    rep_without_user: (rep) => `Nikt nie może się zalogować jako ${rep}.`,
    user_without_rep: (name) => `${name} ma odbierać połączenia, ale nie jest żadnym z konsultantów.`,
    user_of_unknown_rep: (name, rep) => `${name} to konsultant ${rep}, którego nie ma w konfiguracji.`,
    user_idle: (name, days) => `${name}: brak aktywności od co najmniej ${days} dni.`,
    last_seen: (when) => `Ostatnia aktywność: ${when}.`,
    never_seen: (when) => `Bez aktywności od założenia konta: ${when}.`,
    token_ends: (label, email, when) => `Token „${label}” (${email}) wygasa: ${when}.`,
    last_used: (when) => `Ostatnio użyty: ${when}.`,
    never_used: 'Nigdy nie był użyty.',
  },
};
