/** Malay: what forms, lists and dialogs of every room of the console say. */

/** @type {typeof import('../en/parts.js').parts} */
export const parts = {
  save: 'Simpan',
  cancel: 'Batal',
  close: 'Tutup',
  doing: 'Sebentar…',
  saved: 'Disimpan.',
  loading: 'Memuatkan…',
  retry: 'Cuba lagi',
  more: 'Tunjuk lagi',
  copy: 'Salin',
  copied: 'Disalin. Simpan di tempat yang selamat.',
  not_loaded: 'Perkhidmatan tidak menjawab. Tiada apa yang hilang; cuba sebentar lagi.',
  unreachable: 'Perkhidmatan tidak menjawab. Tiada apa yang berubah; semak sambungan anda dan cuba lagi.',
  unavailable: 'Perkhidmatan sibuk atau sedang dimulakan semula. Tiada apa yang berubah; cuba sebentar lagi.',
  forbidden: 'Peranan anda tidak boleh melakukan ini. Pentadbir boleh.',
  gone: 'Ia sudah tiada. Mungkin seseorang telah memadamkannya.',
  failed: 'Ini gagal di pihak kami dan tiada apa yang berubah. Cuba sebentar lagi.',
  messages: {
    'There is one of these already.': 'Yang seperti ini sudah ada.',
    'Unprocessable Entity': 'Ada isian yang tidak betul.',
  },
  required: 'Ini perlu diisi.',
  effects: 'Apa yang akan berubah',
};
