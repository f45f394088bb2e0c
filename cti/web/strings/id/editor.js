/** Indonesian: the text editor. */

/** @type {typeof import('../en/editor.js').editor} */
export const editor = {
  hint: 'Tab menggeser baris. Escape lalu Tab keluar dari teks.',
  phrases: {
    Find: 'Cari', Replace: 'Ganti dengan', next: 'Berikutnya', previous: 'Sebelumnya', all: 'Semua', 'match case': 'Besar kecil huruf', regexp: 'Pola',
    'by word': 'Kata utuh', replace: 'Ganti', 'replace all': 'Ganti semua', close: 'Tutup', 'Go to line': 'Ke baris', go: 'Pergi',
    'current match': 'temuan ini', 'on line': 'di baris', 'replaced $ matches': '$ diganti', 'replaced match on line $': 'diganti di baris $',
    Completions: 'Saran', Diagnostics: 'Masalah', 'No diagnostics': 'Tidak ada masalah', 'Selection deleted': 'Pilihan dihapus',
    'Control character': 'Karakter kendali', 'folded code': 'baris terlipat', unfold: 'buka', to: 'sampai', '$ unchanged lines': '$ baris sama',
  },
};
