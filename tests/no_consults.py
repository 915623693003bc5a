"""Conversations and texts of which no note can be made, each with the reason: written for the tests.

A line is an utterance; the letter before it is the speaker.
"""

from __future__ import annotations

from soep.types import Transcript, Utterance
from soep.wording import RemarkCode

_TOO_LITTLE = {
    "begroeting": """
        A: Goedemorgen, komt u binnen.
        B: Goedemorgen, dank u wel.
        A: Gaat u zitten.""",
    "een woord": "A: Hallo?",
    "proefopname": "A: Test, test, één, twee, drie. Doet hij het?",
    "verkeerde knop": """
        A: Wacht even, hij loopt nog niet.
        B: Nou, ik hoor wel een piepje.
        A: Momentje dan.""",
    "alleen ja": """
        A: Ja.
        B: Nee.
        A: Oké.""",
    "volgende": "A: Zo, ik roep even de volgende binnen.",
}
_FOREIGN = {
    "engels consult": """
        A: Good morning, what can I do for you today?
        B: I have had a terrible headache for three days and I feel sick in the mornings.
        A: Do you have a fever or a stiff neck?
        B: No, not that I know of. It is just the headache, and the light hurts my eyes.
        A: I will examine you and then we will talk about what to do. Take paracetamol four times a day.""",
    "engels, kort": """
        A: What seems to be the problem?
        B: My knee hurts when I walk up the stairs.""",
    "engels dictaat": """
        A: This is a fifty year old man with chest pain since this morning. No shortness of breath. The blood pressure
        is one forty over ninety. He will be seen at the hospital and I have called the ambulance.""",
    "duits consult": """
        A: Guten Morgen, was kann ich für Sie tun?
        B: Ich habe seit drei Tagen Kopfschmerzen und mir ist auch übel.
        A: Haben Sie Fieber gehabt?
        B: Nein, aber ich bin sehr müde und ich kann nicht gut schlafen.
        A: Ich werde Sie mal untersuchen. Nehmen Sie bitte zweimal täglich eine Tablette.""",
    "frans consult": """
        A: Bonjour madame, qu'est-ce qui vous amène?
        B: J'ai mal à la tête depuis trois jours et je ne dors pas bien.
        A: Est-ce que vous avez de la fièvre?
        B: Non, mais je suis très fatiguée et j'ai des nausées le matin.
        A: Je vais vous examiner, et puis on va voir avec une prise de sang.""",
    "fries consult": """
        A: Goeie moarn, wat kin ik foar jo dwaan?
        B: Ik ha sûnt trije dagen pine yn 'e holle en ik kin hast net sliepe.
        A: Ha jo ek koarts hân?
        B: Nee, dat net, mar ik bin wol tige wurch en it wurdt mar net better.
        A: Ik sil jo even ûndersykje en dan sjogge wy wat wy dwaan moatte.""",
    "spaans consult": """
        A: Buenos días, ¿qué le pasa?
        B: Tengo dolor de cabeza desde hace tres días y también tengo fiebre.
        A: ¿Ha tomado algo para el dolor?
        B: Sí, pero no me ayuda mucho. Ahora estoy muy cansada.""",
    "turks consult": """
        A: Merhaba, ne şikayetiniz var?
        B: Üç gündür başım çok ağrıyor ve ateşim var, hiç uyuyamıyorum.
        A: Daha önce böyle bir şey oldu mu?
        B: Hayır, bu kadar çok olmadı. Çok yorgunum ama evet, biraz daha iyi şimdi.""",
    "pools consult": """
        A: Dzień dobry, co się dzieje?
        B: Od trzech dni boli mnie głowa i nie mogę spać, jest mi też bardzo niedobrze.
        A: Czy ma pani gorączkę?
        B: Nie, ale jestem bardzo zmęczona i już nie mam siły.""",
    "italiaans consult": """
        A: Buongiorno, che cosa la porta qui?
        B: Ho mal di testa da tre giorni e non dormo più bene.
        A: Ha anche la febbre?
        B: No, ma sono molto stanca e mi sento male già da ieri.""",
    "portugees consult": """
        A: Bom dia, o que é que a senhora tem?
        B: Tenho dor de cabeça há três dias e não consigo dormir muito bem.
        A: Também tem febre?
        B: Não, mas estou muito cansada e já não como.""",
    "arabisch": """
        A: صباح الخير، كيف يمكنني مساعدتك؟
        B: عندي صداع منذ ثلاثة أيام ولا أستطيع النوم جيدا.""",
    "russisch": """
        A: Здравствуйте, на что жалуетесь?
        B: У меня три дня болит голова и поднялась температура.""",
}
_GARBLED = {
    "lus van een zin": "A: " + "en dan gaan we even kijken naar de " * 30,
    "lus van medische woorden": "A: " + "ik heb koorts en pijn in mijn keel " * 20,
    "lus van een woord": "A: " + "ja " * 80,
    "lus over regels": "\n".join(["A: Ik heb last van mijn rug.", "B: Dat is goed, dan gaan we kijken."] * 15),
    "onzinwoorden": """
        A: Blorf snirt klapo de vendrak mijn strobel wurf.
        B: Trewil snok parfo glint de snorkel vraps tinkel brof.
        A: Kwarf hendel mispo trolk snabbert fwink plorp zindra.""",
    "half onzin": """
        A: De gnorp verkal met strimmel en zwol, fapper dronst kilver ook de brank.
        B: Plinker wal drens, horst kwip en de mallot vrengel stiert wompel krast.
        A: Trosk binnel, gerf wolt zand krimpel de snoer vlint bakkel roest.""",
    "losse lettergrepen": "A: "
    + "pa ta ka mo re li su fe no ti ba ge ru so la vi ke du ".strip()
    + " pi xo wa ze nu fi jo.",
    "woordsla": """
        A: De ik een maar pijn de was koorts niet een van de heb mijn op de en in een is de
        naar huisarts uw een de er medicijn een u de ook arm een dat de als.""",
    "zelfstandige naamwoorden": """
        A: Fiets tafel paars raam wolk steen lepel gordijn touw spijker kast paraplu wiel ketting mand krant
        emmer ladder bezem toren vlag dijk molen kerk brug haven schip anker zeil mast.""",
    "namen en getallen los": """
        A: Amsterdam Pieterse kwintaal brobdil Zoetermeer frakket Haarlem gonzum Breda tarwil Apeldoorn zwirk
        Venlo fleddersnip Gouda mirtak Sneek holdrop Zwolle kriestum Almere.""",
}
_NOT_A_CONSULT = {
    "het weer": """
        A: Wat een weer hè, al die regen.
        B: Nou, en morgen weer. Ze zeggen dat het pas zondag droog wordt.
        A: Dan gaan wij toch maar naar zee, denk ik. Het is daar altijd anders dan hier.
        B: Ja, aan de kust is het vaak beter. Vorig jaar hadden we de hele week zon.
        A: Zo is het. Nou, fijne dag nog hè.""",
    "voetbal": """
        A: Heb je gisteren nog gekeken? Drie nul, ongelofelijk.
        B: Ja, die tweede goal, die was echt schitterend. Van buiten de zestien zo in de kruising.
        A: En de scheids floot nergens voor. Die had allang geel moeten geven.
        B: Ze worden dit jaar gewoon kampioen, let op mijn woorden.
        A: Nou, de trainer moet wel blijven, anders wordt het niks.""",
    "verkoper": """
        A: Goedemiddag, u spreekt met Kevin van Energie Direct. Heeft u een momentje?
        B: Nou, heel even dan, ik sta te koken.
        A: U betaalt nu waarschijnlijk te veel voor uw stroom en gas. Ik kan u een vast contract aanbieden.
        B: Ik zit al ergens en dat bevalt prima.
        A: U krijgt er ook een cadeaubon van honderd euro bij. Zal ik het vast voor u in orde maken?
        B: Nee, dank u wel, ik heb geen belangstelling. Goedemiddag.""",
    "college": """
        A: Welkom bij dit derde college over de Gouden Eeuw. Vorige week spraken we over de oprichting van de compagnie.
        A: Vandaag kijken we naar de handel in specerijen en de rol van de steden. Amsterdam groeide in vijftig jaar van
        dertigduizend naar meer dan honderdduizend inwoners.
        A: Die groei had alles te maken met de haven en met mensen die uit het zuiden kwamen en hun kennis meenamen.
        A: Voor het tentamen moet u vooral de grote lijnen kennen, en niet elk jaartal.""",
    "journaal": """
        A: Goedenavond. In Den Haag is de hele dag gepraat over de begroting van volgend jaar.
        B: Volgens de minister is er genoeg geld voor nieuwe wegen, maar de oppositie denkt daar anders over.
        A: En dan het verkeer: op de A2 bij Utrecht staat nog steeds een lange rij door een vrachtwagen met pech.
        B: Het wordt morgen wisselend bewolkt met in het noorden kans op een bui.""",
    "kookprogramma": """
        A: We beginnen met het snijden van de uien en dan gaat de boter in de pan.
        B: En dan laat je dat rustig bakken tot ze glazig zijn. Intussen kook ik de aardappels.
        A: Nu doe ik er een scheutje room bij en wat nootmuskaat. Niet te veel, want dat overheerst.
        B: Het gaat twintig minuten in de oven, op tweehonderd graden. En dan is het klaar.""",
    "bakker": """
        A: Goedemorgen! Ik wil graag drie broodjes en een heel wit brood.
        B: Welke broodjes wilt u? Wij hebben kaiserbroodjes en bolletjes.
        A: Drie bolletjes alstublieft. En mag ik ook een appeltaart?
        B: Natuurlijk. Een hele of een halve? Dat is dan acht euro vijftig in totaal.
        A: Hier heeft u tien euro. Fijne dag!""",
    "gemeentehuis": """
        A: Goedemiddag, waarmee kan ik u helpen?
        B: Ik ben net verhuisd en ik wil me graag inschrijven.
        A: Heeft u een afspraak gemaakt? En heeft u uw paspoort en het huurcontract meegenomen?
        B: Ja, hier zijn ze. Alleen dat bewijs van uitschrijving heb ik niet bij me.
        A: Geen probleem, dat kunnen we zelf opvragen. U moet zich binnen vijf dagen inschrijven.""",
    "autogarage": """
        A: Dag, ik kom mijn auto ophalen, een grijze Golf.
        B: Ja, die is klaar. We hebben de remblokken vervangen en de olie ververst.
        A: Mooi. En dat piepje bij het optrekken?
        B: Dat was de riem, die zat los. Die hebben we meteen even nagesteld. Dat kost verder niks.
        A: Top, dan pin ik even. Tot de volgende keer.""",
    "vergadering": """
        A: Goed, dan beginnen we met de notulen van de vorige keer. Heeft iemand daar nog iets over?
        B: Op bladzijde twee staat dat ik de offerte zou aanvragen, maar dat zou Karin doen.
        A: Dat passen we aan. Dan het volgende punt, de planning van de verbouwing.
        B: De aannemer zegt dat hij in maart kan beginnen, als we voor vrijdag tekenen.
        A: Dan stel ik voor dat we dat nu besluiten. Is iedereen het daarmee eens?""",
    "vakantie": """
        A: En, waar gaan jullie dit jaar naartoe?
        B: Naar Frankrijk, met de caravan. We hebben een plek aan een meer, drie weken lang.
        A: Heerlijk. Wij blijven dit jaar thuis, we moeten de tuin nog doen en het schilderwerk.
        B: Ook leuk, als het weer een beetje meewerkt. Anders kom je toch een weekend bij ons langs.""",
    "school": """
        A: Fijn dat u er bent. We praten vandaag over het rapport van Daan.
        B: Ja, we waren benieuwd. Hij vertelt thuis niet zo veel.
        A: Met rekenen gaat het goed, hij zit op het niveau dat we verwachten. Bij taal moet hij wat meer lezen.
        B: We gaan elke week naar de bibliotheek, maar hij kiest steeds dezelfde strips.
        A: Dat is helemaal niet erg. Lezen is lezen.""",
    "hypotheek": """
        A: U wilt dus uw rente opnieuw vastzetten, begrijp ik.
        B: Ja, die loopt in juni af en nu staat hij een stuk hoger.
        A: U kunt kiezen voor tien jaar of voor twintig jaar vast. Ik heb beide voor u doorgerekend.
        B: En wat scheelt dat dan per maand?
        A: Ongeveer tachtig euro. U moet het uiterlijk in april aan de bank laten weten.""",
    "luisterboek": """
        A: Het was al donker toen de oude schipper zijn boot losmaakte en de rivier op voer.
        A: Niemand had hem zien vertrekken, behalve de jongen van de sluis, die niet kon slapen en uit het raam keek.
        A: In de verte brandde een lichtje, en daar moest hij heen, dat wist hij zeker.
        A: Hij dacht aan de brief in zijn jas en aan alles wat daarin stond.""",
    "telefonist": """
        A: Met de receptie, goedemorgen. Ja. Nee, die is vandaag niet aanwezig.
        A: Ja, dat kan ik doorgeven. Mag ik uw nummer? Ja. Ja, dat heb ik.
        A: Dan belt hij u morgen voor tien uur terug. Oké. Tot ziens.""",
    "rooster": """
        A: Hoi, met Erik. Ja. Ja, ik bel over het rooster van volgende maand.
        A: Nee, ik kan die zaterdag niet, dan zit ik in Groningen. Ja, precies.
        A: Oké. Kunnen we dan niet ruilen? Dan doe ik jouw woensdag en jij mijn zaterdag. Ja. Nou, mooi. Geregeld.""",
    "computerhulp": """
        A: Ik kom niet meer in het systeem, hij zegt steeds dat mijn wachtwoord niet klopt.
        B: Heeft u het al opnieuw ingesteld? Onderaan staat een knop, wachtwoord vergeten.
        A: Ja, maar dan stuurt hij een mail die ik niet kan openen.
        B: Dan zet ik het hier even voor u terug. Zo, probeert u het nu eens.
        A: Ja, hij doet het. Dank u wel!""",
    "quiz": """
        A: De volgende vraag gaat over aardrijkskunde. Wat is de hoofdstad van Noorwegen?
        B: Dat is Oslo, dat weet ik zeker.
        A: Helemaal goed, u staat nu op vierhonderd punten. Wilt u verder spelen of stoppen?
        B: Ik ga door, natuurlijk. Ik ben hier niet voor niks gekomen.
        A: Dan gaan we naar de laatste ronde.""",
    "overleg met een specialist, een kant": """
        A: Hoi, met Jansen, huisarts in Leiden. Ik wil graag even met je overleggen.
        A: Ja. Ja, precies. Een man van zestig met pijn op de borst sinds vanochtend, niet benauwd.
        A: Nee. Oké. Ja. Nee, het ecg heb ik niet. Kun je hem vanmiddag zien?
        A: Mooi. Prima. Dan stuur ik hem naar jullie toe. Ja. Hoi.""",
    "preek": """
        A: Gemeente, wij lezen vanmorgen het verhaal van de zaaier die uitging om te zaaien.
        A: Een deel viel langs de weg, en een deel viel op goede aarde en droeg vrucht.
        A: Wat wil dat verhaal ons zeggen, in een tijd waarin alles snel moet en niemand wachten kan?
        A: Laten wij daar in stilte over nadenken en daarna samen zingen.""",
    "handwerk": """
        A: Welke wol heb je daarvoor gebruikt? Die kleur is zo mooi.
        B: Dat is merino, die had ik nog liggen van die trui van vorig jaar.
        A: Ik ben nu met een deken bezig, elke avond een paar rijen, maar het schiet niet op.
        B: Ach, dat geeft niks, als je er maar plezier in hebt. Wil jij nog koffie?""",
}

_GROUPS = {
    RemarkCode.TOO_LITTLE_SAID: _TOO_LITTLE,
    RemarkCode.NO_DUTCH_NOTE: _FOREIGN,
    RemarkCode.NOT_UNDERSTOOD: _GARBLED,
    RemarkCode.NOT_A_CONSULT: _NOT_A_CONSULT,
}


def _transcript(text: str) -> Transcript:
    utterances: list[Utterance] = []
    for line in (part.strip() for part in text.strip().splitlines()):
        speaker, mark, said = line.partition(": ")
        if mark and len(speaker) == 1:
            utterances.append(Utterance(len(utterances) + 1, said, speaker=speaker))
        else:
            last = utterances[-1]
            utterances[-1] = Utterance(last.id, f"{last.text} {line}", speaker=last.speaker)
    return Transcript(tuple(utterances))


NO_CONSULTS: tuple[tuple[str, RemarkCode, Transcript], ...] = tuple(
    (name, code, _transcript(text)) for code, group in _GROUPS.items() for name, text in group.items()
)
