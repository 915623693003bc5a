"""How many planted names, dates, places and numbers `soep export --to gedeidentificeerd` takes out, and what it spoils.

    python benchmarks/deidentify.py [--missed]

Below stand small consults in spoken Dutch: ``{kind|…}`` is what must go, ``<kind|…>`` a clinical fact that must stay.
An identifier is removed when no word and no number of it is left in its line; a fact survives when it stands there as
it was.  Names and numbers are made up (the citizen service numbers pass their check and belong to nobody).
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from soep.export.pseudonyms import replaced

MARKED = re.compile(r"\{(?P<gone>[^|{}]+)\|(?P<name>[^{}]+)\}|<(?P<stays>[^|<>]+)\|(?P<fact>[^<>]+)>")
SMALL_WORDS = {"van", "de", "den", "der", "het", "ter", "ten", "el", "al", "nummer", "een", "op", "in", "punt", "com"}


@dataclass(frozen=True)
class Planted:
    """What the consult knows (label, patient number, author), and its lines with marks."""

    known: tuple[str, ...]
    lines: tuple[str, ...]


CONSULTS = (
    Planted(
        ("mw Jansen", "20481", "A.B. Oudshoorn"),
        (
            "Goedemorgen mevrouw {persoon|Jansen}, ik ben dokter {persoon|Oudshoorn}. Wat kan ik voor u doen?",
            "Ja, ik heb sinds <duur|drie weken> pijn in mijn <zijde|linkerknie>, vooral bij <klacht|traplopen>.",
            "Uw geboortedatum is {datum|3 april 1956}, klopt dat?",
            "Klopt. En ik ben verhuisd, ik woon nu in de {adres|Kerkstraat 14} in {plaats|Amersfoort}.",
            "De <zijde|rechterknie> doet <ontkenning|geen pijn>.",
            "Ik slik <middel|paracetamol>, <dosis|vier keer per dag twee>.",
            "De <bevinding|meniscustest van McMurray> is negatief, de <bevinding|Lachman> ook.",
            "Mijn man {persoon|Henk} zegt dat ik hink. {persoon|Henk} maakt zich zorgen.",
            "Uw nummer bij ons is {nummer|twee nul vier acht een}, dat zet ik op de brief.",
            "S: <duur|3 wkn> pijn <zijde|li> knie. Pte {persoon|Jansen} (nr {nummer|20481}).",
            "P: <middel|Naproxen> <dosis|2 dd 500 mg>, <duur|7 dgn>. Foto bij {instelling|Meander}.",
        ),
    ),
    Planted(
        ("El Amrani, Youssef", "PAT-77031", "dr. K. de Wit"),
        (
            "Goedemiddag, u spreekt met {persoon|Fatima El Amrani}, ik bel over mijn zoon {persoon|Youssef}.",
            "Hij is <leeftijd|vier jaar> en heeft sinds {datum|twaalf maart} <klacht|koorts>.",
            "Hoeveel? <meting|Negenendertig twee>.",
            "Heeft hij <klacht|oorpijn>? Ja, <zijde|rechts>. En hij <klacht|hoest>.",
            "Dan komt {persoon|Youssef} om <tijd|half drie> bij mijn collega {persoon|Van Dijk}.",
            "Ik ben bereikbaar op {telefoon|06-12345678}, anders op {telefoon|030 2345678}.",
            "Mijn huisarts was vroeger dokter {persoon|Bouazza} in {plaats|Gouda}.",
            "<zijde|AD> <bevinding|trommelvlies rood>, <meting|T 39,2>, <bevinding|nek soepel>.",
            "Ik geef <middel|amoxicilline> <dosis|drie keer daags 250 milligram>, <duur|een week>.",
            "Hij is allergisch voor <allergie|erytromycine>, dat staat in {nummer|PAT-77031}.",
            "Volgens dokter {persoon|De Wit} mag hij maandag {datum|16 maart} weer naar {instelling|De Regenboog}.",
        ),
    ),
    Planted(
        ("", "", "huisarts P. Kowalczyk"),
        (
            "Met {persoon|Rob Kortekaas}. Mijn BSN is {bsn|111222333}, voor de verwijzing.",
            "En mijn telefoonnummer is {telefoon|nul zes twaalf vierendertig zesenvijftig achtenzeventig}.",
            "U had <klacht|pijn op de borst>, <ontkenning|geen> <klacht|benauwdheid>?",
            "De <meting|bloeddruk is honderdveertig over vijfentachtig>, de <meting|pols is 96>.",
            "Mijn vader kreeg op zijn <leeftijd|tweeënvijftigste> een <voorgeschiedenis|hartinfarct>.",
            "Ik gebruik <middel|metoprolol> <dosis|1 dd 50 mg> en <middel|Ascal> <dosis|80 mg>.",
            "Ik verwijs u naar dokter {persoon|Nguyen} in het {instelling|Erasmus MC} in {plaats|Rotterdam}.",
            "Mijn adres is {adres|Burgemeester de Vriesstraat 8}, {postcode|3011 AB} {plaats|Rotterdam}.",
            "Mail het maar naar {e-mail|rob.kortekaas@voorbeeld.nl}.",
            "Huisarts {persoon|Kowalczyk} belt u donderdag {datum|14 november} met de uitslag.",
        ),
    ),
    Planted(
        ("visite vd Berg", "9912", ""),
        (
            "Visite bij mevrouw {persoon|Van den Berg}, {leeftijd 90+|vierennegentig} jaar, in verpleeghuis"
            " {instelling|De Wilgen}.",
            "Haar dochter {persoon|Anneke} is erbij, en zuster {persoon|Priya}.",
            "Sinds {datum|5 november} <klacht|verward>, <klacht|plast in bed>, <ontkenning|geen koorts>.",
            "<meting|Temp 37,4>, <meting|sat 96%>, <meting|RR 160/90>, <meting|pols 88>.",
            "Urine: <meting|nitriet positief>. <middel|Nitrofurantoïne> <dosis|2 dd 100 mg>, <duur|vijf dagen>.",
            "Ze gebruikt <middel|Lasix>, <middel|Eliquis> en <middel|Movicol>.",
            "Mijn moeder is {leeftijd 90+|94} en ze woonde altijd in {plaats|Hengelo}.",
            "{persoon|Anneke} is te bereiken op {telefoon|06 87 65 43 21}.",
            "Zij is geboren in {datum|1931}, haar man overleed in <jaartal|2015>.",
            "Patiëntnummer {nummer|9912}, verzekeringsnummer {nummer|4400812765}.",
        ),
    ),
    Planted(
        ("", "", ""),
        (
            "Hoi {persoon|Chantal}, kom erin. En dit is {persoon|Milan}, hè?",
            "Ja, {persoon|Milan} heeft <klacht|uitslag> op zijn <plek|rechterbeen>, <duur|5 dagen> nu.",
            "Op school in {plaats|Zutphen} heeft juf {persoon|Saskia} het gezien, op de {datum|vijfde mei}.",
            "Het <klacht|jeukt>, maar het <ontkenning|bloedt niet>.",
            "Ik denk aan <diagnose|impetigo>. <middel|Fusidinezuur> <dosis|3 dd>, <duur|tien dagen>.",
            "Oma {persoon|Riet} past op. {persoon|Riet} belde {datum|2 mei} al.",
            "<diagnose|Waterpokken> heeft hij <voorgeschiedenis|gehad>, toen was hij <leeftijd|twee>.",
            "We wonen {adres|Meidoornlaan negen}, bij apotheek {instelling|De Linde}.",
            "Bel me op {telefoon|0575 123456} als het <vangnet|niet over is na 3 dagen>.",
        ),
    ),
    Planted(
        ("Özdemir", "", "mw. dr. S. Ramdin"),
        (
            "Dag meneer {persoon|Özdemir}, met dokter {persoon|Ramdin}. De uitslag van het bloed.",
            "Uw <meting|HbA1c is 61>, de <meting|nierfunctie 58>, <meting|kalium 4,9>.",
            "De <middel|metformine> gaat van <dosis|500 mg> naar <dosis|twee keer 1000 mg>.",
            "<middel|Simvastatine> <dosis|40 mg> blijft. Hebt u last van <klacht|spierpijn>?",
            "Mijn broer in {plaats|Enschede} heeft ook <diagnose|suiker>. {persoon|Mehmet} spuit al.",
            "Ik ga in {datum|juli 2026} naar <reis|Turkije>, naar mijn moeder {persoon|Ayşe}.",
            "<zijde|Linkervoet>: <bevinding|sensibiliteit verminderd>, <bevinding|pulsaties goed>.",
            "Maak een afspraak bij {persoon|Ilse}, de diabetesverpleegkundige, rond {datum|20 april}.",
            "Mijn BSN? {bsn|1234 56 782}. En mijn nieuwe adres: {adres|Lange Nieuwstraat 101}.",
            "Spoedgeval: <klacht|zweten en trillen>, dan direct <vangnet|112>.",
        ),
    ),
    Planted(
        ("", "", ""),
        (
            "ja met {persoon|jansen}, mijn naam is {persoon|piet jansen} uit {plaats|rotterdam}",
            "ik heb <klacht|last van mijn rug>, al <duur|twee weken>, het trekt naar <zijde|links>",
            "meneer {persoon|jansen} kunt u op uw <plek|tenen> staan",
            "ik slik <middel|diclofenac> <dosis|drie keer vijftig> en <middel|omeprazol>",
            "mijn vrouw {persoon|marieke} rijdt me, wij wonen aan de {adres|dorpsstraat nummer 3}",
            "<bevinding|lasègue> positief bij <meting|50 graden>, <bevinding|kracht symmetrisch>",
            "mijn nummer is {telefoon|0 6 4 5 6 7 8 9 0 1}",
        ),
    ),
    Planted(
        ("J. Tesfay", "A12345", "Hoekstra"),
        (
            "Goedemorgen. U bent meneer {persoon|Tesfay}? De tolk heet {persoon|Selam}.",
            "Hij komt uit <reis|Eritrea>, sinds <jaartal|2019> in <reis|Nederland>, eerst in {plaats|Ter Apel}.",
            "<klacht|Hoesten> en <klacht|afvallen>, <meting|zes kilo> in <duur|twee maanden>.",
            "Begeleider {persoon|Karim} van het azc in {plaats|Drachten} is mee.",
            "<middel|Rifampicine> kent hij, <middel|isoniazide> ook. Ik overleg met de GGD, dokter {persoon|Brandsma}.",
            "<bevinding|Pulm: crepiteren re onder>. <meting|Gewicht 61 kg>, <meting|lengte 178 cm>.",
            "Zijn dossiernummer is {nummer|A12345}. Geboren {datum|01-01-1994}.",
            "Zijn pas: {nummer|NWB4PK2X8}, zei hij, en zijn nummer {telefoon|+31 6 11223344}.",
            "Huisarts {persoon|Hoekstra}, gezondheidscentrum {instelling|Het Plein}, {plaats|Drachten}.",
        ),
    ),
    Planted(
        ("", "", ""),
        (
            "Dictaat, mevrouw {persoon|De Boer-Snijders}, <leeftijd|achtendertig>, {plaats|Zwolle}.",
            "S. <duur|Twee dagen> <klacht|migraine>, <zijde|rechts>, <klacht|misselijk>.",
            "O. <bevinding|Neurologisch geen afwijkingen>.",
            "E. <diagnose|Migraine zonder aura>. P. <middel|Sumatriptan> <dosis|50 milligram zo nodig>.",
            "Controle op {datum|12-05-2026} bij {persoon|A. Bakker} of bij collega {persoon|Smit}.",
            "Zij werkt bij basisschool {instelling|De Vlinder} in {plaats|Kampen}.",
            "Kopie naar fysiotherapeut {persoon|Bart} en naar neuroloog {persoon|Wiersma}, {instelling|Isala}.",
            "<ontkenning|Geen nekstijfheid>, <meting|RR 125/80>, <bevinding|Romberg negatief>.",
            "Recept naar apotheek aan de {adres|Oosterkade}, {postcode|8011 XK}.",
        ),
    ),
    Planted(
        ("Tjon, mw", "", ""),
        (
            "Mevrouw {persoon|Tjon}, u had <klacht|flitsen> in uw <zijde|linkeroog>, <zijde|OS>?",
            "Sinds vorige week dinsdag de {datum|veertiende} ja. Ik zie ook <klacht|vlekjes>.",
            "<meting|Visus OD 1,0>, <meting|OS 0,6>. <bevinding|Pupilreacties normaal>.",
            "U gaat naar {plaats|Goes}, oogarts dokter {persoon|Verbeek}, vandaag om <tijd|16.15 uur>.",
            "Mijn zus {persoon|Mei-Ling} brengt me. Haar nummer: {telefoon|0113-234567}.",
            "Ik gebruik <middel|timolol> <dosis|2 dd 1 druppel> <zijde|ODS>.",
            "Mijn verzekering is {instelling|Zilveren Kruis}, polisnummer {nummer|8803 1177 25}.",
            "Mijn e-mail is {e-mail|mtjon apenstaartje voorbeeld punt nl}.",
            "De vorige keer was bij {persoon|Zuzanna}, jullie coassistent.",
        ),
    ),
    Planted(
        ("", "", ""),
        (
            "Spreek ik met {persoon|Joost}? Je spreekt met {persoon|Annelies de Wit}, huisarts.",
            "De <meting|CRP is 45>, de <meting|Hb 7,8>. Dat past bij een <diagnose|longontsteking>.",
            "Je bent <leeftijd|27>, verder gezond, rookt <leefstijl|tien per dag>.",
            "<middel|Doxycycline>, <dosis|eerst 200 mg, dan 100 mg>, <duur|7 dagen>.",
            "{persoon|Joost}, waar woon je nu? {adres|Laan van Nieuw Oosteinde 33} in {plaats|Voorburg}.",
            "Mijn huisgenoot {persoon|Tim} kan het halen. Postcode {postcode|2274 GB}.",
            "Tot {datum|drie december} dan. Het is nu <duur|vier dagen> bezig.",
            "Groeten aan je moeder {persoon|Corrie}, en bel anders {telefoon|070-3456789}.",
            "<klacht|Benauwd>, <klacht|bloed ophoesten>: <vangnet|meteen bellen>.",
            "Mijn opa is {leeftijd 90+|zesennegentig} en die rookt nog.",
        ),
    ),
    Planted(
        ("", "30877", "mw. dr. L. Abdi"),
        (
            "Hallo, met {persoon|Wietske Hoogeveen}. Ik bel even over ons {persoon|Jelte}, die heeft <klacht|spruw>.",
            "{persoon|Jelte} is <leeftijd|zes weken>, geboren in het {instelling|Martini} in {plaats|Groningen}.",
            "Drinkt slecht, <ontkenning|geen koorts>, <meting|36,9> net nog gemeten.",
            "De kraamzorg, {persoon|Truida}, zei afgelopen dinsdag al iets.",
            "<middel|Miconazol> orale gel, <dosis|vier keer daags>, <duur|tot twee dagen na genezing>.",
            "Wij zitten op de {adres|Nieuwe Ebbingestraat 87}, boven de bakker.",
            "Mobiel is {telefoon|zes twee drie vijf een vier vijf zes zeven}, met een nul ervoor.",
            "{persoon|Wietske} belt terug als het <vangnet|na een week> niet weg is.",
            "O: <bevinding|witte plekjes wangslijmvlies bdz>. E: <diagnose|Spruw>. Arts {persoon|Abdi}.",
        ),
    ),
    Planted(
        ("dhr. Ngo", "", ""),
        (
            "Meneer {persoon|Ngo} komt voor zijn <klacht|schouder>, <zijde|links>, sinds <duur|2 mnd>.",
            "Werkt als stukadoor bij {instelling|Bouwbedrijf Terpstra}, in {plaats|Heerhugowaard}.",
            "<bevinding|Painful arc positief>, <bevinding|Neer> en <bevinding|Hawkins> pos, <bevinding|kracht gb>.",
            "{persoon|Linh}, zijn vrouw, was er ook bij en vertaalde.",
            "<middel|Ibuprofen> <dosis|3 dd 400 mg> en <middel|pantoprazol> <dosis|1 dd 20 mg>.",
            "Injectie met <middel|Kenacort> overwogen, <dosis|1 ml>. Oefeningen via Fysio {instelling|Noord}.",
            "Op {datum|22-9} terug. Hij belt naar {telefoon|072 - 571 23 45}.",
            "Vorige operatie door dr. {persoon|Schuitemaker}, {instelling|Noordwest Ziekenhuisgroep}.",
            "Dat was in {datum|maart 2019}.",
        ),
    ),
    Planted(
        ("", "", ""),
        (
            "goedemorgen dokter u spreekt met {persoon|anja visser} uit {plaats|hoorn}",
            "mijn dochter {persoon|noor} heeft <duur|drie dagen> <klacht|buikpijn>, <zijde|rechtsonder>",
            "{persoon|noor} is <leeftijd|negen> en ze heeft <klacht|overgegeven>",
            "we wonen {adres|grote noord 12} {postcode|1621 kh} {plaats|hoorn}",
            "ze krijgt <middel|paracetamol> <dosis|vijfhonderd milligram>",
            "{persoon|anja} is mobiel {telefoon|06 19 28 37 46}",
        ),
    ),
    Planted(
        ("", "", ""),
        (
            "{persoon|Demi}? Kom verder. Je schreef dat je <klacht|somber> bent sinds half april.",
            "Sinds mijn vriendin {persoon|Quinty} bij {plaats|Appelscha} verongelukte, {datum|11 april}.",
            "Slik je nog <middel|sertraline>? Ja, <dosis|50>, van dokter {persoon|Bezemer}.",
            "<ontkenning|Geen suïcidegedachten>. Ik ga naar {persoon|Jolijn} van de {instelling|Lentis}.",
            "Op mijn werk, de {instelling|Praxis} in {plaats|Veendam}, weten ze het niet.",
            "{persoon|Ouafae} van de receptie weet het wel. Zij is lief.",
            "Mijn pincode... nee, mijn burgerservicenummer is {bsn|een een een twee twee twee drie drie drie}.",
            "Mijn oma van {leeftijd 90+|tweeënnegentig} jaar vangt me op in {plaats|Emmer-Compascuum}.",
            "Ik bel je {datum|de 23e} 's middags, rond <tijd|drie uur>.",
        ),
    ),
    Planted(
        ("", "", ""),
        (
            "Dictaat. Patiënt {persoon|Van 't Hof}, geboren {datum|zeventien negen vierenveertig}.",
            "Komt met <klacht|pijn in de kuit>, <zijde|rechts>, na een vlucht naar <reis|Canada>.",
            "<bevinding|Kuitomtrek rechts 39, links 36 cm>. <bevinding|Homans negatief>.",
            "Wells-score <meting|3>. D-dimeer <meting|1450>. Echo morgen in het {instelling|Tergooi}.",
            "Start <middel|rivaroxaban> <dosis|2 dd 15 mg> <duur|drie weken>.",
            "Partner {persoon|Gijsbert} neemt mee, tel {telefoon|0355551234}.",
            "Meneer woont {adres|Brink 4}, {plaats|Laren}. Rekening {nummer|NL91 ABNA 0417 1643 00}.",
            "Kopie {persoon|Ten Kate}, cardioloog. Afspraakcode {nummer|HX-4471-P}.",
        ),
    ),
)

# Written after the code was done, and not used to mend it: the figure to expect, with what speech makes hard.
UNSEEN = (
    Planted(
        ("Pieterse", "", "drs. M. Haverkort"),
        (
            "Zo, mevrouw {persoon|Pieterse}, gaat u zitten. {persoon|Haverkort} is de naam.",
            "Ik vervang dokter {persoon|Lo}.",
            "Nou, ik val steeds. In {plaats|Scheveningen} op de boulevard nog, {datum|eerste paasdag}.",
            "<klacht|Duizelig> bij opstaan? Ja, <duur|een maand of twee>. <ontkenning|Niet bewusteloos> geweest.",
            "<meting|Liggend 150/80>, <meting|staand 118/70>. <bevinding|Pols regulair>.",
            "De <middel|furosemide> gaat van <dosis|40> naar <dosis|20 mg>, de <middel|doxazosine> stopt.",
            "{persoon|Bregje}, mijn schoondochter, regelt de pillen. Die woont om de hoek, {adres|Zeekant 22}.",
            "Haar nummer weet ik uit mijn hoofd: {telefoon|nul zes achttien nul vier tweeëntwintig dertig}.",
            "Dan zie ik u {datum|dertig april} terug, met {persoon|Bregje} erbij. <vangnet|Bij vallen eerder>.",
        ),
    ),
    Planted(
        ("", "551902", ""),
        (
            "Hé {persoon|Dylano}, man, lang niet gezien. Hoe is het met {persoon|Shaniqua}?",
            "Goed dok. Ik heb <klacht|branderig gevoel bij plassen>, <duur|vier dagen>.",
            "Afscheiding? Ja, <klacht|geelgroen>. <ontkenning|Geen koorts>, geen <klacht|balpijn>.",
            "Contact was in {plaats|Willemstad}, of op het feest van {persoon|Rishi} in {plaats|Almere-Haven}.",
            "<middel|Ceftriaxon> <dosis|eenmalig 500 mg im>, en <middel|azitromycine> <dosis|1 gram>.",
            "Partnerwaarschuwing via GGD {instelling|Flevoland}, dossier {nummer|551902}.",
            "Mail: {e-mail|dylano99@hotmail.com}, bellen kan via mijn werk bij {instelling|Jumbo Foodmarkt}.",
            "Je bent van {datum|zes juni tweeduizend een}, toch? <leeftijd|Vierentwintig> dus.",
        ),
    ),
    Planted(
        ("", "", ""),
        (
            "Visite fam. {persoon|Wijnstra}, {adres|Singel 9}. Meneer is {leeftijd 90+|eenennegentig},"
            " <klacht|benauwd>.",
            "{persoon|Sytske} deed open. Hij slaapt sinds {datum|de 18e} in de stoel.",
            "<bevinding|Crepiteren bdz basaal>, <bevinding|enkeloedeem>. <meting|Sat 89%>, <meting|AF 28>.",
            "<middel|Bumetanide> <dosis|2 mg iv>. Ambulance naar {instelling|Nij Smellinghe}.",
            "Zoon {persoon|Tjeerd}, <leeftijd|64>, komt uit {plaats|Burgum}, tel. {telefoon|0511-445566}.",
            "<voorgeschiedenis|CABG 2008>, <diagnose|hartfalen>. <allergie|Allergie: geen>.",
            "Niet-reanimeren besproken met {persoon|Tjeerd} en thuiszorg, zuster {persoon|Froukje}.",
        ),
    ),
    Planted(
        ("", "", ""),
        (
            "ja hoi met {persoon|esmee}, ik wil de <middel|pil> weer, <middel|microgynon>",
            "ik ben <leeftijd|negentien>, rook niet, <ontkenning|geen migraine>",
            "mijn huisarts was {persoon|van der meulen} in {plaats|leeuwarden}, ik studeer nu in {plaats|wageningen}",
            "<meting|bloeddruk honderdtwintig over tachtig>, <meting|gewicht 64 kilo>",
            "stuur maar naar {adres|hoogstraat 31 b}, {postcode|6701 br}",
            "groetjes aan {persoon|kirsten} van de balie",
        ),
    ),
    Planted(
        ("Öztürk M.", "", ""),
        (
            "Met de apotheek van {plaats|Schiedam-Noord}, {persoon|Latifa} hier, over meneer {persoon|Öztürk}.",
            "U schreef <middel|claritromycine> <dosis|2 dd 500>, maar hij heeft ook <middel|simvastatine>.",
            "Dank je, {persoon|Latifa}. Maak er <middel|doxycycline> van, <dosis|1 dd 100 mg>.",
            "Zijn BSN eindigt op {nummer|782}, helemaal is het {bsn|123456782}.",
            "Hij is van {datum|11 11 58}, staat hier. Adres {adres|Rotterdamsedijk 400-B}.",
            "<zijde|Linkerlong> <bevinding|demping>, <meting|CRP 112>. {persoon|Murat}, zijn zoon, haalt het op.",
        ),
    ),
)


def plain(line: str) -> str:
    """A line without its marks."""
    return MARKED.sub(lambda match: match["name"] or match["fact"], line)


def words(text: str) -> set[str]:
    """What must be gone of an identifier: its words and numbers, but for small words."""
    found = re.findall(r"\d+|[^\W\d_]+", text.lower())
    return {word for word in found if word not in SMALL_WORDS and (len(word) > 1 or word.isdigit())}


def score(consult: Planted, planted: Counter[tuple[str, str]], right: Counter[tuple[str, str]]) -> list[str]:
    """Count what went and what stayed in one consult; what went wrong, as lines."""
    missed = []
    for line, out in zip(consult.lines, replaced([plain(line) for line in consult.lines], consult.known), strict=True):
        outside = words(MARKED.sub(" ", line)) | words(" ".join(m["fact"] or "" for m in MARKED.finditer(line)))
        left = words(re.sub(r"\[[A-Z0-9+-]+\]", " ", out))
        for match in MARKED.finditer(line):
            kind = match["gone"] or match["stays"]
            good = not (words(match["name"]) - outside) & left if match["gone"] else match["fact"] in out
            name = "gone" if match["gone"] else "stays"
            planted[name, kind] += 1
            right[name, kind] += good
            if not good:
                missed.append(f"{kind}: {match['name'] or match['fact']}  ->  {out}")
    return missed


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--missed", action="store_true", help="also print what was missed or spoilt, with its line")
    options = parser.parse_args()
    for title, consults in (("used while building", CONSULTS), ("not seen while building", UNSEEN)):
        report(title, consults, show=options.missed)


def report(title: str, consults: Sequence[Planted], *, show: bool) -> None:
    """Print the tables of some consults."""
    planted: Counter[tuple[str, str]] = Counter()
    right: Counter[tuple[str, str]] = Counter()
    missed = [line for consult in consults for line in score(consult, planted, right)]
    print(f"Consults {title}\n")
    for name, heading in (
        ("gone", "| identifier | planted | removed |"),
        ("stays", "| clinical fact | planted | kept |"),
    ):
        print(f"{heading}\n|---|---|---|")
        kinds = sorted(kind for kind in planted if kind[0] == name)
        for kind in kinds:
            print(f"| {kind[1]} | {planted[kind]} | {right[kind]} |")
        good, every = (sum(counts[kind] for kind in kinds) for counts in (right, planted))
        print(f"| all | {every} | {good} ({good / every:.1%}) |\n")
    if show:
        print("\n".join(missed), end="\n\n")


if __name__ == "__main__":
    main()
