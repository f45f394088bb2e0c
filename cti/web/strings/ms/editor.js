/** Malay: the text editor. */

/** @type {typeof import('../en/editor.js').editor} */
export const editor = {
  hint: 'Tab mengengsot baris. Escape kemudian Tab keluar daripada teks.',
  phrases: {
    Find: 'Cari', Replace: 'Ganti dengan', next: 'Seterusnya', previous: 'Sebelumnya', all: 'Semua', 'match case': 'Huruf besar kecil', regexp: 'Corak',
    'by word': 'Perkataan penuh', replace: 'Ganti', 'replace all': 'Ganti semua', close: 'Tutup', 'Go to line': 'Pergi ke baris', go: 'Pergi',
    'current match': 'padanan semasa', 'on line': 'di baris', 'replaced $ matches': '$ diganti', 'replaced match on line $': 'diganti di baris $',
    Completions: 'Cadangan', Diagnostics: 'Masalah', 'No diagnostics': 'Tiada masalah', 'Selection deleted': 'Pilihan dipadam',
    'Control character': 'Aksara kawalan', 'folded code': 'baris berlipat', unfold: 'buka', to: 'hingga', '$ unchanged lines': '$ baris sama',
  },
};
