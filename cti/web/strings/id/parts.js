/** Indonesian: what forms, lists and dialogs of every room of the console say. */

/** @type {typeof import('../en/parts.js').parts} */
export const parts = {
  save: 'Simpan',
  cancel: 'Batal',
  close: 'Tutup',
  doing: 'Sebentar…',
  saved: 'Tersimpan.',
  loading: 'Memuat…',
  retry: 'Coba lagi',
  more: 'Tampilkan lagi',
  copy: 'Salin',
  copied: 'Tersalin. Simpan di tempat yang aman.',
  not_loaded: 'Layanan tidak menjawab. Tidak ada yang hilang; coba lagi sebentar lagi.',
  unreachable: 'Layanan tidak menjawab. Tidak ada yang berubah; periksa koneksi Anda lalu coba lagi.',
  unavailable: 'Layanan sibuk atau sedang dimulai ulang. Tidak ada yang berubah; coba lagi sebentar lagi.',
  forbidden: 'Peran Anda tidak boleh melakukan ini. Administrator boleh.',
  gone: 'Sudah tidak ada. Mungkin ada yang menghapusnya.',
  failed: 'Terjadi kegagalan di pihak kami dan tidak ada yang berubah. Coba lagi sebentar lagi.',
  messages: {
    'There is one of these already.': 'Yang seperti ini sudah ada.',
    'Unprocessable Entity': 'Ada isian yang tidak benar.',
  },
  required: 'Wajib diisi.',
  effects: 'Yang akan berubah',
};
