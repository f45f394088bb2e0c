/** Polish: the text editor. */

/** @type {typeof import('../en/editor.js').editor} */
export const editor = {
  hint: 'Tab wcina wiersz. Escape, a potem Tab, wychodzi z tekstu.',
  phrases: {
    Find: 'Znajdź', Replace: 'Zamień na', next: 'Następne', previous: 'Poprzednie', all: 'Wszystkie', 'match case': 'Wielkość liter', regexp: 'Wzorzec',
    'by word': 'Całe słowa', replace: 'Zamień', 'replace all': 'Zamień wszystkie', close: 'Zamknij', 'Go to line': 'Przejdź do wiersza', go: 'Przejdź',
    'current match': 'bieżące trafienie', 'on line': 'w wierszu', 'replaced $ matches': 'zamieniono: $', 'replaced match on line $': 'zamieniono w wierszu $',
    Completions: 'Podpowiedzi', Diagnostics: 'Błędy', 'No diagnostics': 'Brak błędów', 'Selection deleted': 'Zaznaczenie usunięte',
    'Control character': 'Znak sterujący', 'folded code': 'zwinięte wiersze', unfold: 'rozwiń', to: 'do', '$ unchanged lines': 'wiersze bez zmian: $',
  },
};
