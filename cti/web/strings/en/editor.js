/** English: the text editor. `phrases` are what it says itself, by its own English. */

export const editor = {
  hint: 'Tab indents. Escape, then Tab, leaves the text.',
  phrases: /** @type {Record<string, string>} */ ({
    Find: 'Find', Replace: 'Replace with', next: 'Next', previous: 'Previous', all: 'All', 'match case': 'Match case', regexp: 'Pattern',
    'by word': 'Whole words', replace: 'Replace', 'replace all': 'Replace all', close: 'Close', 'Go to line': 'Go to line', go: 'Go',
    'current match': 'current match', 'on line': 'on line', 'replaced $ matches': '$ replaced', 'replaced match on line $': 'replaced in line $',
    Completions: 'Suggestions', Diagnostics: 'Problems', 'No diagnostics': 'No problems', 'Selection deleted': 'Selection deleted',
    'Control character': 'Control character', 'folded code': 'folded lines', unfold: 'unfold', to: 'to', '$ unchanged lines': '$ lines unchanged',
  }),
};
