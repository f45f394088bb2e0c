"""Why this rep, in one line for the rep, in the rep's language. Pure; from the decision's own values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cti.calls.model import Call
from routing.languages import nearest


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasons:
    """The sentences of one language."""

    how: Mapping[str, str]
    """How the rep was found → why them."""
    prefer: Mapping[str, str]
    """What became of the preferred rep."""


ENGLISH = Reasons(
    how={
        "owner": "You look after this customer.",
        "last": "You spoke with this caller last.",
        "named": "You are named for this call.",
        "only_one": "You are the only one free who can help.",
        "best_fit": "You fit best of everybody who is free.",
        "longest_idle": "You have been free the longest.",
        "round_robin": "It is your turn: the others were asked since you were.",
        "least_occupied": "You have had the least to do lately.",
        "least_flexible": "Others who are free can take calls that you cannot.",
        "lowest_id": "You and others were equal; somebody had to be first.",
        "freed": "You became free, and this caller was next.",
        "rebuilt": "You were on this call when the service was restored.",
    },
    prefer={
        "waiting": "Held for their preferred rep.",
        "offline": "Their preferred rep is offline.",
        "away": "Their preferred rep is away.",
        "busy": "Their preferred rep was busy.",
        "declined": "Their preferred rep had declined or missed this call.",
        "not_qualified": "Their preferred rep does not have what this call needs.",
        "unknown": "Their preferred rep is not in the configuration.",
    },
)
INDONESIAN = Reasons(
    how={
        "owner": "Anda menangani pelanggan ini.",
        "last": "Anda yang terakhir berbicara dengan penelepon ini.",
        "named": "Anda ditunjuk untuk panggilan ini.",
        "only_one": "Hanya Anda yang sedang bebas dan dapat membantu.",
        "best_fit": "Anda paling cocok di antara semua yang bebas.",
        "longest_idle": "Anda paling lama bebas.",
        "round_robin": "Giliran Anda: yang lain sudah ditawari setelah Anda.",
        "least_occupied": "Beban Anda belakangan ini paling ringan.",
        "least_flexible": "Yang lain dapat menerima panggilan yang tidak dapat Anda terima.",
        "lowest_id": "Anda dan yang lain setara; harus ada yang pertama.",
        "freed": "Anda baru bebas, dan penelepon ini berikutnya.",
        "rebuilt": "Anda menangani panggilan ini saat layanan dipulihkan.",
    },
    prefer={
        "waiting": "Ditahan untuk petugas pilihan pelanggan.",
        "offline": "Petugas pilihan pelanggan sedang luring.",
        "away": "Petugas pilihan pelanggan sedang tidak di tempat.",
        "busy": "Petugas pilihan pelanggan sedang sibuk.",
        "declined": "Petugas pilihan pelanggan menolak atau melewatkan panggilan ini.",
        "not_qualified": "Petugas pilihan pelanggan tidak memiliki yang dibutuhkan panggilan ini.",
        "unknown": "Petugas pilihan pelanggan tidak ada dalam konfigurasi.",
    },
)
MALAY = Reasons(
    how={
        "owner": "Anda menjaga pelanggan ini.",
        "last": "Anda yang terakhir bercakap dengan pemanggil ini.",
        "named": "Anda ditetapkan untuk panggilan ini.",
        "only_one": "Hanya anda yang lapang dan dapat membantu.",
        "best_fit": "Anda paling sesuai antara semua yang lapang.",
        "longest_idle": "Anda paling lama lapang.",
        "round_robin": "Giliran anda: yang lain telah ditawarkan selepas anda.",
        "least_occupied": "Kerja anda paling sedikit kebelakangan ini.",
        "least_flexible": "Yang lain boleh menerima panggilan yang anda tidak boleh.",
        "lowest_id": "Anda dan yang lain setara; seseorang mesti menjadi yang pertama.",
        "freed": "Anda baru lapang, dan pemanggil ini seterusnya.",
        "rebuilt": "Anda dalam panggilan ini semasa perkhidmatan dipulihkan.",
    },
    prefer={
        "waiting": "Ditahan untuk petugas pilihan pelanggan.",
        "offline": "Petugas pilihan pelanggan berada di luar talian.",
        "away": "Petugas pilihan pelanggan tiada di tempat.",
        "busy": "Petugas pilihan pelanggan sedang sibuk.",
        "declined": "Petugas pilihan pelanggan menolak atau terlepas panggilan ini.",
        "not_qualified": "Petugas pilihan pelanggan tiada kemahiran yang diperlukan panggilan ini.",
        "unknown": "Petugas pilihan pelanggan tiada dalam konfigurasi.",
    },
)
POLISH = Reasons(
    how={
        "owner": "To Twój klient.",
        "last": "Ta osoba rozmawiała ostatnio z Tobą.",
        "named": "Ta rozmowa jest przeznaczona dla Ciebie.",
        "only_one": "Tylko Ty możesz teraz pomóc i nie rozmawiasz.",
        "best_fit": "Z wolnych osób najlepiej pasujesz.",
        "longest_idle": "Najdłużej czekasz na rozmowę.",
        "round_robin": "Twoja kolej: pozostałym proponowano rozmowy po Tobie.",
        "least_occupied": "Masz ostatnio najmniej pracy.",
        "least_flexible": "Pozostali mogą odebrać rozmowy, których Ty nie możesz.",
        "lowest_id": "Kilka osób pasowało tak samo; ktoś musiał być pierwszy.",
        "freed": "Właśnie kończysz, a ta osoba czeka jako następna.",
        "rebuilt": "Ta rozmowa trwała z Tobą, gdy usługa wróciła.",
    },
    prefer={
        "waiting": "Rozmowa czeka na wybraną osobę.",
        "offline": "Wybranej osoby nie ma w pracy.",
        "away": "Wybrana osoba ma przerwę.",
        "busy": "Wybrana osoba była zajęta.",
        "declined": "Wybrana osoba odrzuciła tę rozmowę albo jej nie odebrała.",
        "not_qualified": "Wybrana osoba nie ma potrzebnych umiejętności.",
        "unknown": "Wybranej osoby nie ma w konfiguracji.",
    },
)
LANGUAGES: Mapping[str, Reasons] = {"en": ENGLISH, "id": INDONESIAN, "ms": MALAY, "pl": POLISH}


def _preferred_as(call: Call) -> str:
    """What makes the rep the preferred one: of who talked when a leg was lost, or is to call back, the call says it."""
    if call.talked_with is not None:
        return "named" if call.answered_ms is None else "last"
    who = call.plan.prefer.who if call.plan and call.plan.prefer else "owner"
    return who if who in {"owner", "last"} else "named"


def why_you(call: Call, language: str | None = None) -> tuple[str, ...]:
    """The reason first; in English where the rep's language is another than these."""
    offer = call.offer
    if offer is None:
        return ()
    decision, said = offer.decision, LANGUAGES[nearest(language, LANGUAGES) or "en"]
    if decision.prefer == "taken":
        return (said.how[_preferred_as(call)],)
    became = said.prefer.get(decision.prefer or "")
    return (said.how.get(decision.how, decision.how), *([] if became is None else [became]))
