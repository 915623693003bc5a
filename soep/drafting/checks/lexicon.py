"""What a GP writes against what is said in the room: groups of forms that mean the same in a note.

One group a line, forms separated by a bar, a form may be several words.  A group is for *recognising support*, so it
is wide: "benauwd" supports "dyspnoe".  It never changes a text.
"""

from __future__ import annotations

_GROUPS = """
ab | antibioticum | antibiotica | antibioticakuur | kuur | kuurtje | penicilline
ademgeruis | vag | longen | luisteren
adv | advies | adviseren | raad | aanraden | afgeraden | liever | zou | moet | mag
afgevallen | afvallen | gewicht | gewichtsverlies | lichter | vermagerd | kilo
alcohol | drinkt | drank | bier | biertje | wijn | wijntje | glas | glazen | drinken | borrel
allergie | allergisch | overgevoelig | verdraagt niet | tegen kunnen | kan niet tegen | geen penicilline
anamnese | verhaal
antistolling | bloedverdunner | bloedverdunners | doac | acenocoumarol | apixaban | rivaroxaban
anticonceptie | ac | pil | spiraal | spiraaltje | condoom
apotheek | apotheker
arts | dokter | huisarts
astma | astmatisch
as | linkeroor
ad | rechteroor
assistente | assistent | poh | praktijkondersteuner | doktersassistente
bdz | beiderzijds | beide | allebei | twee kanten | weerszijden | links en rechts
beleid | afspraak | afgesproken
beloop | duurt | duren | vanzelf | over gaan | gaat over | uitleg
beter | verbetert | verbetering | opgeknapt | minder | knapt | weg | herstel | vooruit | over
bellen | contact | belt | bel | telefoon | terugbellen | telefonisch | aan de bel | lijn
bijwerking | bijwerkingen | last van | verdragen
bloed | bloeding | bloedverlies | bloedt | bloederig | vloeien
bloeddruk | rr | tensie | druk
bloedonderzoek | lab | prikken | bloedprikken | bloed prikken | bloed afnemen | bloedbeeld | laboratorium
bm | beenmerg
bovenrug | schouderbladen
braken | overgeven | overgegeven | spugen | gespuugd | gebraakt | kotsen | spuugt | braakt | emesis
buik | abdomen | buikje
cardiaal | hart | cor
cave | let op | oppassen | voorzichtig | allergisch
conditie | uithoudingsvermogen
conjunctivitis | oogontsteking | ontstoken oog | ontstoken ogen | bindvlies
conjunctiva | conjunctivae | bindvlies | bindvliezen
consult | afspraak | gesprek
cornea | hoornvlies
corr | correctie
crepitaties | crepiteren | knetteren | crepitatie
crp | vingerprik | ontstekingswaarde
ctrl | controle | controleren | terug | terugkomen | zie | nakijken | kijken | contr | terugzien | co
dd | per dag | daags | keer | maal | elke dag | dagelijks | iedere dag | x | sochtends | savonds | voor de nacht | ochtend | avond
def | defecatie | ontlasting | poepen | poep | gepoept | stoelgang | naar de wc | naar het toilet | wc | buikloop
depressie | depressief | somber | somberheid | depressieve
dgn | dag | dagen | dg | d | daags | week | weken | gisteren | eergisteren | weekend | nacht
dgl | dagelijks | elke dag | iedere dag
diarree | dun | dunne | waterdun | buikloop | spuitpoep
distaal | onder | vingers | tenen
dm | diabetes | suiker | suikerziekte | diabeet | dm2 | diabetes mellitus
dossier | status | zie hier | computer
doorverwijzen | verwijzen | verwijzing | vw | verwijsbrief | stuur | sturen | doorsturen | brief | verwijs | specialist | poli
douche | gewassen
dr | druppel | druppels | druppeltje
duizelig | duizeligheid | draaierig | licht in het hoofd | draaien | duizelen | vertigo
dyspnoe | benauwd | kortademig | adem | lucht | benauwdheid | kortademigheid | ademnood | buiten adem | hijgen
dysurie | branderig plassen | pijn bij plassen | plassen | brandt | branderig | pijnlijke mictie
eci | zonder oorzaak | onbekende oorzaak
ecg | hartfilmpje | hartfilm | filmpje
echo | echografie | echootje
eczeem | uitslag
eetlust | eten | eet | trek | anorexie | intake
effect | helpt | geholpen | hielp | werkt | deed niks | doet niks | helpen | werkte | scheelt
eenmalig | één keer | een keer | in een keer | eenmaal
epigastrio | maagstreek | bovenbuik | maag
erytheem | rood | roodheid | erythemateus | rode
evt | eventueel | misschien | kan | kunnen | zo nodig
extremiteiten | armen | benen
fam | familie | vader | moeder | broer | zus | oma | opa | tante | oom | ouders | broers | familiair | belast | gezin
fietsen | fiets | fietst
flu | griep | influenza | griepprik
foto | rontgen | x | röntgenfoto | plaatje | rontgenfoto
fysio | fysiotherapie | fysiotherapeut
ga | gb | geen afwijkingen | geen bijzonderheden | goed | normaal | gewoon | prima | keurig | netjes | gaaf | schoon | niks | niets | rustig | mooi | ok | oke | fijn | soepel | gelijk | symmetrisch | onopvallend | voldoende | helder | bijzonders | gezond | vlot | niets bijzonders | als altijd | in orde | zuiver
gegeven | krijgt | kreeg | gekregen | geef | gehad | schrijf voor | voorgeschreven | meegegeven | geven
gebruikt | gebruik | slikt | neemt | nemen | slikken | genomen | gebruiken | inneemt | medicijnen | innemen | ingenomen
geeltjes | geel | icterus | gele
geluxeerd | uit de kom
gevaccineerd | vaccinatie | inenting | prik | ingeent | vaccineren | vaccin | rvp | prikken | geprikt | consultatiebureau
gewricht | gewrichten
gevoel | sensibiliteit | gevoelloos | doof | voelen | voelt | sensibel
gezwollen | zwelling | dik | opgezet | dikke | gezwel | bult | knobbel | oedeem | opgezwollen | zwol | dikker | bol
gluc | glucose | suiker | bloedsuiker | glucosewaarde
grens | rand | begrensd
haematurie | hematurie | bloed in de urine | bloed bij plassen | bloed plas
hap | huisartsenpost | spoedpost | post | dokterspost
hb | hemoglobine | bloedarmoede | anemie
hct | hydrochloorthiazide
heftig | hevig | erg | fors | flink | behoorlijk | ernstig | heel veel | verschrikkelijk | vreselijk
helpt | baat | effect
herhalen | herhaling | herhaald | opnieuw | nog eens | vernieuwen | weer | her
hemorroïden | aambeien | aambei
hernia nuclei pulposi | hernia | hnp
hetero | moeder | vader | partner | echtgenoot | echtgenote | man | vrouw | dochter | zoon | ouders | mantelzorger | begeleider | buurvrouw | zus
hoest | hoesten | kuchen | hoesterig | gehoest | hoestbui | hoestbuien
hoofdpijn | hoofd | koppijn
hrt | overgang | menopauze | opvliegers
huid | vel | huiduitslag
hulpvraag | vraag | vraagt | wil | wilt | wens | zou graag | graag | wilde | willen | hoop | weten | vragen
hypertensie | hoge bloeddruk | bloeddruk | verhoogde bloeddruk
hypo | lage suiker | hypos | te laag
icm | in combinatie met | samen met | met
idem | zelfde | hetzelfde | ook | net zo
imp | impetigo | krentenbaard
inf | infectie | ontsteking | ontstoken | infect | geinfecteerd
influenza | griep
inhalator | pufje | pufjes | puffer | puf | inhalatie | inhaleren | puffen | verstuiver
injectie | spuit | prik | spuitje | inspuiting
instabiliteit | instabiel | doorheen zakken | zwikken
insult | epileptisch | trekkingen | aanval | schokken
intermitterend | wisselend | af en toe | met vlagen | aan en af | soms | komt en gaat
ivm | vanwege | omdat | wegens | door | om | want | voor
jeuk | jeukt | jeuken | kriebelt | kriebel | krabben | jeukende
jr | jaar | jarig | jaren | leeftijd
klachten | last | klacht | problemen | klachtenvrij | ergens last
klieren | lymfeklieren | lymfklieren | lymfadenopathie | klier
koorts | temperatuur | verhoging | koortsig | koortsvrij | rillingen | febris
krassen | wond | wondje
kracht | sterk | knijpen | krachtverlies | slap | uitval
kweek | kweken | opsturen
laag | lage
laatste | afgelopen | vorige
lang | langer | duur
ldl | cholesterol
lft | leeftijd
litteken | wond
longen | pulmones | long | borst | luisteren
longontsteking | pneumonie
luchtwegen | luchtweg | blwi | bovenste luchtweginfectie | verkouden | verkoudheid
lwk | rug | onderrug | lage rug | lumbaal
lopen | loopt | gelopen | wandelen | mobiliseren | bewegen | wandelt
maagbeschermer | ppi | omeprazol | pantoprazol | maagzuurremmer | maagtablet
maagklachten | zuurbranden | maag | maagzuur | zuur | reflux | brandend maagzuur
malaise | ziek | beroerd | niet lekker | niet fit | ziekig | grieperig
mastoid | achter het oor | bot achter oor
max | maximaal | hooguit | hoogstens | hoogste | niet meer dan | tot
med | medicijn | medicijnen | medicatie | pillen | tabletten | slik | slikt | gebruikt | medicament | middel | middelen | gebruik | pil | slikken
melaena | zwarte ontlasting | zwart | teer
menses | menstruatie | ongesteld | menstrueel | cyclus | lm | laatste menstruatie | menarche
meting | meten | gemeten | meet | metingen | thuismeting
mgl | mogelijk | misschien | kan | zou kunnen | eventueel | wellicht
mictie | plassen | plas | urineren | geplast | plast | urine | wc
migraine | schele hoofdpijn
min | minuten | minuut | kwartier | halfuur | half uur
misselijk | misselijkheid | onpasselijk | nausea
mnd | maand | maanden | maandje | kwartaal | half jaar
moe | moeheid | vermoeid | vermoeidheid | uitgeput | kapot | energie | doodop | bekaf
mobiliteit | bewegen | beweeglijkheid | beweegt | beweging
mtp1 | basisgewricht grote teen | grote teen | grondgewricht
mw | mevrouw | vrouw | dame | ze | zij
nachtzweten | zweten | transpireren | zweet | nachtelijk | nat
neg | negatief | nee | geen | niet | niks
nekstijf | nekstijfheid | kin op de borst | kin op je borst | meningeale prikkeling | nek soepel
neurologisch | uitval | kracht | gevoel | reflexen
nitriet | stick | strip | urinestick | leuko | dipstick | leukocyten
nsaid | ibuprofen | diclofenac | naproxen | ontstekingsremmer | pijnstiller | ontstekingsremmers | nsaids
obstipatie | verstopt | verstopping | harde ontlasting | hard | moeilijk poepen
oma | otitis media | otitis | middenoorontsteking | oorontsteking | middenoor
oe | otitis externa | gehoorgangontsteking
operatie | geopereerd | opereren | ingreep | verwijderd | eruit gehaald
orthopneu | plat liggen | kussens | rechtop
otc | drogist | etos | kruidvat | zelf gekocht
loopoor | otorroe | vocht uit oor | loopt uit | pus
palpatie | voelen | duwen | drukken | voel | drukpijn | drukpijnlijk | druk | duw | knijp
palpitaties | hartkloppingen | hart klopt | bonzen | overslaan | hartkloppingen
pap | uitstrijkje | cytologie
pcm | paracetamol | paracetamolletje | panadol | pijnstiller | pijnstilling
percussie | kloppen | klopt | bekloppen
perforatie | gaatje | gat | geperforeerd
peristaltiek | darmgeruisen | darmgeluiden | darmen
pijn | pijnlijk | zeer | au | pijnlijke | steken | doet zeer | doen zeer | zere | pijntje | dolor | krampen | last | gevoelig | pijnloos | pijnvrij
pob | pijn op de borst | borst | druk op de borst | thoracale pijn
pols | hartslag | polsslag | freq | hartfrequentie
postnasal | slijm achter keel
psoriasis | schilfers
pus | etter | pussig | purulent | geel
recept | r | schrijf | schrijven | krijgt | voorschrift | geef
recidief | terug | weer | opnieuw | eerder
reflex | reflexen | kpr | apr | hamertje
reg | regulair | regelmatig | regelmaat | ra | equaal
rhinitis | verkouden | loopneus | snotneus | neus | snotteren
rhonchi | brommen | piepen | rhonchus | reutels
richtlijn | thuisarts | thuisarts.nl | folder
risico | kans | gevaar
roken | rookt | gerookt | sigaret | sigaretten | sigaar | shag | pakje | peuk | rook | roker | nicotine
rust | rusten | rustig
rode vlaggen | alarmsymptomen | uitval
sat | saturatie | procent | zuurstof | spo2
seh | spoedeisende hulp | eerste hulp | ziekenhuis | spoed
slaap | slapen | slaapt | slecht slapen | inslapen | doorslapen | wakker | geslapen | nacht
slijm | sputum | slijmen | fluim | opgeeft | opgeven | ophoesten | groen | opgehoest
slikklachten | slikken | slikt | doorslikken | passage | slikpijn
smeren | zalf | creme | insmeren | crème | smeert | gesmeerd | aanbrengen | zalfje
snc | snel
soa | geslachtsziekte | chlamydia | soatest
spanning | stress | gespannen | druk | spanningen | stressvol
spec | specialist
sport | sporten | sportschool | voetbal | tennis
stabiel | hetzelfde | onveranderd
steunkousen | kousen
stop | stoppen | gestopt | staken | laten staan | ermee ophouden | gestaakt | staak | niet meer
suf | sufheid | slaperig | sloom | lethargie
suicidaal | suicidaliteit | suicide | doodsgedachten | dood | liever niet meer | eind aan | zelfmoord | leven | doodswens | zelfdoding | er niet meer zijn | niet meer wakker | iets aandoen
sup | supp | zetpil | zetpillen | suppositorium
syncope | flauwgevallen | bewusteloos | wegraking | weggeraakt | flauwvallen | buiten bewustzijn | collaps
tabl | tablet | tabletten | pil | pillen | tabletjes | pilletjes | stuks | pilletje
temp | t | temperatuur | graden | koorts
test | testen | getest | onderzoek | sneltest | zwangerschapstest
tia | beroerte
tintelingen | tinteling | slapend gevoel | prikkelingen | paresthesie | tintelen | slapen | tintelt | doof
trauma | gevallen | val | ongeluk | gestoten | klap | letsel | verdraaid | verzwikt | stoten | gesprongen
tonsillen | amandelen | amandel | keelamandelen
tv | trommelvlies | trommelvliezen | oor | oren
uitleg | uitgelegd | uitleggen | voorlichting | informatie | besproken | gerustgesteld | geruststelling | geen zorgen
uitslag | rash | huiduitslag | exantheem | plekjes | vlekken | vlekjes | bultjes | plek | plekken
urine | plas | ochtendurine | plasje | urineonderzoek | midstream
urineweginfectie | uwi | blaasontsteking | cystitis | blaas
urgentie | aandrang | vaak plassen | ophouden | mictiedrang
uur | uren | u
vg | voorgeschiedenis | vroeger | gehad | eerder | ooit | operatie | toen | geleden | als kind
visite | huisbezoek | langs | kom
visus | zien | zicht | wazig | oog | kijken | ziet
vlgs | volgens | zegt | zei
vesiculair | normaal ademgeruis | schoon
vkf | atriumfibrilleren | boezemfibrilleren
vocht | drinken | drinkt | water
voorkeur | liever | wil
wk | week | weken | wkn | weekje | veertien dagen
wnd | wond | wondje | wonden
wrs | waarschijnlijk | denk | vermoedelijk | lijkt | vermoed | past bij | hoogstwaarschijnlijk | meest | ws
wervelkolom | rug
werk | baan | werken | werkt | collega | kantoor | baas | dienst
zalf | creme | zalfje
zelfde | gelijk
ziekenhuis | opname | opgenomen | spoed
zn | zo nodig | eventueel | als het nodig | indien nodig | bij pijn | zonodig | als u | mag
zorgen | bang | ongerust | bezorgd | angst | angstig | bezorgdheid | maakt zich | piekeren | piekert | zorg
zwanger | zwangerschap | in verwachting | zw | zwangerschapstest | graviditeit
zwelling | bobbel | bult | knobbel | verdikking | knobbeltje | bultje
otitis | oorontsteking
sinusitis | bijholteontsteking | bijholte | voorhoofdsholte
tonsillitis | keelontsteking | amandelontsteking
gastro-enteritis | buikgriep
gastroenteritis | buikgriep | buikvirus
reanimatie | reanimeren
claudicatio | etalagebenen
cva | beroerte | herseninfarct
mi | hartinfarct | infarct
decompensatio | hartfalen | vocht vasthouden
copd | longemfyseem | chronische bronchitis
trombose | dvt | stolsel
herpes zoster | gordelroos
varicella | waterpokken
scabies | schurft
mycose | schimmel | schimmelinfectie | candida
fractuur | gebroken | breuk | botbreuk | breken
contusie | kneuzing | gekneusd
distorsie | verstuiking | verzwikt | verzwikking | verstuikt | enkelbanden
tendinopathie | peesontsteking | pees | tendinitis
bursitis | slijmbeurs | slijmbeursontsteking
artrose | slijtage
artritis | gewrichtsontsteking
myalgie | spierpijn | spieren
cerumen | oorsmeer | prop | oorprop
urticaria | galbulten | netelroos
rosacea | couperose
verruca | wrat | wratten
naevus | moedervlek | moedervlekje
ulcus | zweer | maagzweer
angina pectoris | hartkramp
schildklier | tsh | thyreoid
nierfunctie | egfr | nieren | creatinine | kreat
ps | psychisch | emotie
gewicht | weegt | kilo | kg | wegen
lengte | centimeter | lang
voorlopig | nu | eerst | even
omg | omgeving
rest | overig | overige | verder
sinds | al | vanaf | begonnen | begon
mantelzorg | mantelzorger
thv | ter hoogte van | bij
tgv | door
ppi | maagbeschermer
mri | scan
ct | scan
bz | bovenbuik
ivf | icsi
vaginaal | vagina | schede
fluor | afscheiding | witte vloed
portio | baarmoedermond
uterus | baarmoeder
ovaria | eierstokken
mamma | borst | borsten
thorax | borstkas | borst
cervicaal | nek | hals
inguinaal | lies | liezen
anus | anaal | poepgat | billen
rectaal | toucher | rectum
scrotum | balzak
testis | zaadbal | bal | testikel
penis | plasser
hallux | grote teen
patella | knieschijf
meniscus | menisci
calcaneus | hiel | hak
laterale | lateraal | buitenkant | buitenzijde | zijkant | buiten
mediale | mediaal | binnenkant | binnenzijde | binnen
dorsaal | achterkant | achterzijde | achter | rug
ventraal | voorkant | voorzijde | voor
proximaal | boven
ureum | nieren
hematoom | bloeduitstorting | blauwe plek | blauw
excoriatie | schaafwond | krabeffecten
vesikels | blaasjes | blaasje
papels | bultjes | puistjes
pustels | puistjes
crustae | korstjes | korst | korsten
squamae | schilfers | schilfering
oedeem | dikke enkels | vocht | putje | pitting
varices | spataderen
souffle | geruis | ruis
tonen | harttonen
reactief | reageren
isocoor | pupillen | gelijk
nystagmus | oogbewegingen
romberg | blijven staan
lasègue | been optillen | gestrekt been
laseg | been omhoog | been optillen
flexie | buigen | voorover
extensie | strekken | achterover
abductie | zijwaarts | heffen | optillen
exorotatie | naar buiten draaien
endorotatie | naar binnen draaien
zelfzorg | zelf
continueren | doorgaan | door | blijven | voortzetten | houden | zelfde dosis | laten
ophogen | verhogen | omhoog | meer | hoger | verdubbelen
verlagen | afbouwen | omlaag | minder | halveren | lager
starten | start | beginnen | begin
appendicitis | blindedarm | blindedarmontsteking | appendix
verdenking | denk aan | verdacht | vertrouw niet | vermoeden
gewichtstoename | aangekomen | zwaarder | dikker
toenemend | toename | erger | steeds meer | verergerd | meer
geleidelijk | langzaam | sloop | beetje bij beetje | steeds
slotklachten | op slot | blijft hangen
doorzakken | zakt door | doorgezakt | zakken
ongewijzigd | blijft zoals | hetzelfde | niet veranderd | gelijk
preventie | voorkomen | preventief
viraal | virus | virusje
spreekuur | langs | afspraak | praktijk | komen
nasaal | neus | neuskant
ovarium | eierstok
dement | dementie | alzheimer
spontaan | vanzelf
plots | plotseling | opeens | ineens | acuut | acute | pats | in een klap
aandrang | nodig moeten | ophouden | heel nodig
wisselen | overstappen | omzetten | vervangen | omgezet | andere
"""


def _parse(groups: str) -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for number, line in enumerate(groups.strip().splitlines()):
        for form in line.split("|"):
            found.setdefault(form.strip(), set()).add(number)
    return {form: frozenset(numbers) for form, numbers in found.items()}


GROUPS: dict[str, frozenset[int]] = _parse(_GROUPS)
"""A form (one or more words) to the numbers of the groups that it stands in."""
