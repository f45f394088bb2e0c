"""What callers are told, as data: every text in every language. Pure.

A turn of the wait is spoken in one language, so each language has all texts: those of the configuration, and where it
says nothing the usual ones. A caller in whose language there are none hears the configuration's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType

from routing.expected_wait import WaitRange
from routing.languages import nearest
from routing.phone_text import plus_and_digits


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """All texts of one language."""

    language: str
    """BCP 47: of all these texts."""
    greeting: str
    """The first thing a caller hears."""
    all_busy: str
    """Nobody is free yet; followed by the place in line, when it is known."""
    place: str
    """``{place}`` is the caller's place in line, 1 for the front."""
    one_moment: str
    """Something has to be tried again: the caller stays on the line."""
    apology: str
    """The wait is over and nobody was free."""
    unavailable: str
    """The service cannot do better just now; the call is tried again."""
    callback_offer: str
    """The caller may press 1 to be called back."""
    callback_promise: str
    """The caller will be called back, and can hang up."""
    callback_hello: str
    """To a caller who is called back, before a rep is heard."""
    voicemail: str
    """Before the tone, after which the caller leaves a message; # ends it."""
    voicemail_thanks: str
    """After the message."""

    expected_wait: str = ""
    """``{least}`` and ``{most}`` are whole minutes, ``{most}`` at least 2."""
    expected_wait_below: str = ""
    """The same where the least is 0."""
    expected_wait_short: str = ""
    """The same for less than one minute."""

    @property
    def tells_wait(self) -> bool:
        """There are words for an expected wait."""
        return all(getattr(self, name) for name in WAIT_PROMPTS)

    def wait_in_line(self, expected: WaitRange) -> str:
        """The expected wait, in the text that fits it."""
        least, most = expected.least_minutes, expected.most_minutes
        if most == 1:
            return self.expected_wait_short
        text = self.expected_wait if least else self.expected_wait_below
        return text.replace("{least}", str(least)).replace("{most}", str(most))

    def place_in_line(self, place: int) -> str:
        """The ``place`` text with the number put in; other braces are left as written."""
        return self.place.replace("{place}", str(place))


PROMPTS = tuple(each.name for each in fields(Words) if each.name != "language")
"""The names of the texts."""
SLOTS = {"place": ("place",), "expected_wait": ("least", "most"), "expected_wait_below": ("most",)}
"""What is filled into a text, in braces."""
WAIT_PROMPTS = ("expected_wait", "expected_wait_below", "expected_wait_short")
"""Those that a language may leave out, together: nothing is then said of the wait."""

ENGLISH = Words(
    language="en",
    greeting="Welcome. We are connecting you.",
    all_busy="Everybody is busy. Please hold.",
    place="You are number {place} in line.",
    one_moment="One moment, please.",
    apology="We are sorry, nobody could take your call. Please try again later. Goodbye.",
    unavailable="We are sorry, we are having technical difficulties. Please stay on the line.",
    callback_offer="To keep your place and be called back, press 1.",
    callback_promise="Thank you. You keep your place, and we will call you back. Goodbye.",
    callback_hello="Hello. This is the call back that you were promised. One moment, please.",
    voicemail="Nobody can take your call now. Please leave a message after the tone, and press the hash key.",
    voicemail_thanks="Thank you. Goodbye.",
    expected_wait="Your wait should be between {least} and {most} minutes.",
    expected_wait_below="Your wait should be less than {most} minutes.",
    expected_wait_short="Your wait should be less than a minute.",
)
INDONESIAN = Words(
    language="id",
    greeting="Selamat datang. Kami sedang menyambungkan Anda.",
    all_busy="Semua petugas sibuk. Mohon tunggu.",
    place="Urutan Anda: {place}.",
    one_moment="Mohon tunggu sebentar.",
    apology="Mohon maaf, belum ada yang dapat menerima panggilan Anda. Silakan hubungi kami lagi nanti. Terima kasih.",
    unavailable="Mohon maaf, kami sedang mengalami gangguan teknis. Mohon tetap di saluran ini.",
    callback_offer="Agar urutan Anda tetap dan kami menelepon balik, tekan 1.",
    callback_promise="Terima kasih. Urutan Anda tetap, dan kami akan menelepon balik. Sampai jumpa.",
    callback_hello="Halo. Kami menelepon balik seperti yang dijanjikan. Mohon tunggu sebentar.",
    voicemail="Saat ini belum ada yang dapat menjawab. Tinggalkan pesan setelah nada, lalu tekan tanda pagar.",
    voicemail_thanks="Terima kasih. Sampai jumpa.",
    expected_wait="Perkiraan waktu tunggu: {least} sampai {most} menit.",
    expected_wait_below="Perkiraan waktu tunggu: kurang dari {most} menit.",
    expected_wait_short="Perkiraan waktu tunggu: kurang dari satu menit.",
)
MALAY = Words(
    language="ms",
    greeting="Selamat datang. Kami sedang menyambungkan anda.",
    all_busy="Semua kakitangan sibuk. Sila tunggu.",
    place="Giliran anda: {place}.",
    one_moment="Sila tunggu sebentar.",
    apology="Maaf, tiada sesiapa dapat menjawab panggilan anda. Sila hubungi kami semula kemudian. Terima kasih.",
    unavailable="Maaf, kami sedang menghadapi masalah teknikal. Sila tunggu di talian.",
    callback_offer="Untuk mengekalkan giliran anda dan dihubungi semula, tekan 1.",
    callback_promise="Terima kasih. Giliran anda dikekalkan, dan kami akan menghubungi anda semula. Selamat tinggal.",
    callback_hello="Helo. Kami menghubungi anda semula seperti yang dijanjikan. Sila tunggu sebentar.",
    voicemail="Tiada sesiapa dapat menjawab sekarang. Tinggalkan pesanan selepas nada, kemudian tekan kekunci pagar.",
    voicemail_thanks="Terima kasih. Selamat tinggal.",
    expected_wait="Anggaran masa menunggu: {least} hingga {most} minit.",
    expected_wait_below="Anggaran masa menunggu: kurang daripada {most} minit.",
    expected_wait_short="Anggaran masa menunggu: kurang daripada satu minit.",
)
POLISH = Words(
    language="pl",
    greeting="Dzień dobry. Łączymy rozmowę.",
    all_busy="Wszyscy konsultanci są zajęci.",
    place="Miejsce w kolejce: {place}.",
    one_moment="Prosimy o chwilę cierpliwości.",
    apology="Przepraszamy, nikt nie mógł odebrać połączenia. Prosimy zadzwonić później. Do widzenia.",
    unavailable="Przepraszamy, mamy kłopoty techniczne. Prosimy pozostać na linii.",
    callback_offer="Aby zachować miejsce i poczekać na nasz telefon, proszę nacisnąć 1.",
    callback_promise="Dziękujemy. Miejsce w kolejce zostaje, a my oddzwonimy. Do widzenia.",
    callback_hello="Dzień dobry. Oddzwaniamy zgodnie z obietnicą. Prosimy o chwilę cierpliwości.",
    voicemail="Nikt nie może teraz odebrać. Prosimy zostawić wiadomość po sygnale i nacisnąć krzyżyk.",
    voicemail_thanks="Dziękujemy. Do widzenia.",
    # the genitive after "od", "do" and "poniżej" is "minut" for every number but one
    expected_wait="Przewidywany czas oczekiwania: od {least} do {most} minut.",
    expected_wait_below="Przewidywany czas oczekiwania: poniżej {most} minut.",
    expected_wait_short="Przewidywany czas oczekiwania: poniżej minuty.",
)
USUAL: Mapping[str, Words] = MappingProxyType({words.language: words for words in (ENGLISH, INDONESIAN, MALAY, POLISH)})
"""By language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompts:
    """The texts of one configuration."""

    language: str = "en"
    """Spoken to callers of whom no better one is known."""
    words: Mapping[str, Words] = field(default_factory=lambda: USUAL)
    """By language; the one above is among them."""
    greetings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """number (plus and digits) → language → what is said there in place of ``greeting``."""

    def spoken(self, language: str | None) -> Words:
        """The texts in that language, in one that is near to it (``pl`` for ``pl-PL``), or in the usual one."""
        return self.words[nearest(language, self.words) or self.language]

    def greeting(self, to: str | None, language: str | None) -> tuple[str, str]:
        """The first words for a caller of that number and language, and the language they are in: the line's own where
        it has some in the caller's language."""
        words, own = self.spoken(language), self.greetings.get(plus_and_digits(to or ""), {})
        spoken = nearest(language, own) or nearest(words.language, own)
        return (words.greeting, words.language) if spoken is None else (own[spoken], spoken)
