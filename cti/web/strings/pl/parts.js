/** Polish: what forms, lists and dialogs of every room of the console say. */

/** @type {typeof import('../en/parts.js').parts} */
export const parts = {
  save: 'Zapisz',
  cancel: 'Anuluj',
  close: 'Zamknij',
  doing: 'Chwileczkę…',
  saved: 'Zapisano.',
  loading: 'Wczytywanie…',
  retry: 'Spróbuj ponownie',
  more: 'Pokaż więcej',
  copy: 'Kopiuj',
  copied: 'Skopiowano. Przechowaj to w bezpiecznym miejscu.',
  not_loaded: 'Usługa nie odpowiada. Nic nie przepadło; spróbuj za chwilę.',
  unreachable: 'Usługa nie odpowiada. Nic się nie zmieniło; sprawdź połączenie i spróbuj ponownie.',
  unavailable: 'Usługa jest zajęta albo uruchamia się ponownie. Nic się nie zmieniło; spróbuj za chwilę.',
  forbidden: 'Twoja rola na to nie pozwala. Może to zrobić administrator.',
  gone: 'Tego już nie ma. Ktoś mógł to usunąć.',
  failed: 'Coś zawiodło po naszej stronie i nic się nie zmieniło. Spróbuj za chwilę.',
  messages: {
    'There is one of these already.': 'Taka pozycja już istnieje.',
    'Unprocessable Entity': 'Coś w formularzu się nie zgadza.',
  },
  required: 'To pole jest wymagane.',
  effects: 'Co to zmieni',
};
