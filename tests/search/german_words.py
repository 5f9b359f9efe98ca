"""Words that must find each other, compounds that must be found, and words that must not meet."""

from __future__ import annotations


def pairs(text: str) -> list[tuple[str, str]]:
    """Read pairs ``one/other`` separated by white space."""
    return [(one, other) for one, _, other in (pair.partition("/") for pair in text.split())]


# both forms find both
PAIRS = pairs(
    """
    Maßnahme/Maßnahmen massnahme/Maßnahme Schule/Schulen Vorlage/Vorlagen Akte/Akten
    Funkloch/Funklöcher Förderung/Foerderung Bürger/Buerger Krankenhaus/Krankenhäuser
    Gewerbegebiet/Gewerbegebiete Gewerbegebiet/Gewerbegebieten
    Verwaltungsleistung/Verwaltungsleistungen Stadt/Städte Haus/Häuser Haus/Häusern Amt/Ämter
    Amt/Aemter Antrag/Anträge Antrag/Antrags Antrag/Anträgen Dienst/Dienste Kind/Kinder Kind/Kindern
    Straße/Strasse Straße/Straßen Verwaltung/Verwaltungen Behörde/Behörden Behörde/Behoerden
    Netz/Netze Netz/Netzes Beschluss/Beschlüsse Ausschuss/Ausschüsse Ausschuß/Ausschuss
    Sitzung/Sitzungen Rathaus/Rathäuser Vertrag/Verträge Grundstück/Grundstücke Gebäude/Gebaeude
    Gebäude/Gebäuden Fahrrad/Fahrräder Platz/Plätze Baum/Bäume Raum/Räume Fluss/Flüsse Buch/Bücher
    Gesetz/Gesetze Gebühr/Gebühren Brücke/Brücken Datei/Dateien Schlüssel/Schlüsseln Regel/Regeln
    Nummer/Nummern Ampel/Ampeln Mitglied/Mitglieder Bild/Bilder Projekt/Projekte Projekt/Projekts
    Haushalt/Haushalte Haushalt/Haushaltes Kunde/Kunden Betrieb/Betriebe Ort/Orte Wort/Wörter
    Wald/Wälder Markt/Märkte Kraft/Kräfte Mangel/Mängel Garten/Gärten Hafen/Häfen Vater/Väter
    Mutter/Mütter Tochter/Töchter Bruder/Brüder Land/Länder Land/Ländern Kreis/Kreise Kreis/Kreisen
    Bezirk/Bezirke Stadtteil/Stadtteile Antenne/Antennen Ergebnis/Ergebnisse Ergebnis/Ergebnissen
    Verzeichnis/Verzeichnisse Bus/Busse Zentrum/Zentren Museum/Museen Gremium/Gremien Thema/Themen
    Konto/Konten Risiko/Risiken Auto/Autos Büro/Büros Büro/Bueros Foto/Fotos App/Apps Kita/Kitas
    Kamera/Kameras Workshop/Workshops Team/Teams Link/Links Lehrerin/Lehrerinnen
    Bürgerin/Bürgerinnen Ärztin/Ärztinnen Kollegin/Kolleginnen Unternehmen/Unternehmens
    Verfahren/Verfahrens digital/digitale digital/digitalen digitales/digitaler
    öffentlich/öffentliche kommunal/kommunaler extern/externe modern/moderne intern/internes
    Leitung/Leitungen Anschluss/Anschlüsse Mast/Masten Funkmast/Funkmasten Glasfaser/Glasfasern
    Kabel/Kabeln Fördermittel/Fördermitteln Standort/Standorte Adresse/Adressen Karte/Karten
    Tabelle/Tabellen Statistik/Statistiken Bericht/Berichte Bericht/Berichts Ziel/Ziele
    Jahresziel/Jahresziele Vision/Visionen Strategie/Strategien Konzept/Konzepte Plan/Pläne
    Bebauungsplan/Bebauungspläne Zug/Züge Weg/Wege Radweg/Radwege Fuß/Füße Gruß/Grüße Maß/Maße
    Schloß/Schlösser Schloss/Schlösser Dorf/Dörfer Kopf/Köpfe Ton/Töne Sohn/Söhne
    Bevölkerung/Bevoelkerung Münster/Muenster Größe/Groesse Übersicht/Uebersicht Änderung/Aenderung
    Öffnung/Oeffnung Prüfung/Prüfungen Prüfung/Pruefung Schülerin/Schülerinnen Lösung/Lösungen
    Kommission/Kommissionen Information/Informationen Universität/Universitäten
    Möglichkeit/Möglichkeiten Gemeinschaft/Gemeinschaften E-Akte/E-Akten E-Mail/EMail W-LAN/WLAN
    OpenData/Open-Data eGovernment/E-Government Einwohner/Einwohnern Arbeitsplatz/Arbeitsplätze
    Bildschirmarbeitsplatz/Bildschirmarbeitsplätze Kosten/Kosten Auftrag/Aufträge
    Vorschlag/Vorschläge Zuschuss/Zuschüsse Grund/Gründe Fall/Fälle Satz/Sätze Zahl/Zahlen
    Wahl/Wahlen Tag/Tage Tag/Tagen Jahr/Jahre Jahr/Jahren Monat/Monate Stelle/Stellen Frage/Fragen
    Antwort/Antworten Datum/Daten Formular/Formulare Onlineformular/Onlineformulare Portal/Portale
    Server/Servern Rechenzentrum/Rechenzentren Schnittstelle/Schnittstellen Zugang/Zugänge
    Bestand/Bestände Apfel/Äpfel Arzt/Ärzte Ast/Äste Bach/Bäche Bad/Bäder Bahnhof/Bahnhöfe
    Balken/Balken Ball/Bälle Band/Bänder Bank/Bänke Bank/Banken Bart/Bärte Bauch/Bäuche
    Baustelle/Baustellen Beitrag/Beiträge Beruf/Berufe Besuch/Besuche Blatt/Blätter Block/Blöcke
    Blume/Blumen Boden/Böden Brand/Brände Brief/Briefe Brot/Brote Brunnen/Brunnens Brust/Brüste
    Bund/Bünde Dach/Dächer Damm/Dämme Darlehen/Darlehens Denkmal/Denkmäler Druck/Drucke Ecke/Ecken
    Einkauf/Einkäufe Einwand/Einwände Element/Elemente Ende/Enden Engpass/Engpässe Entwurf/Entwürfe
    Ereignis/Ereignisse Erfolg/Erfolge Erlass/Erlasse Erlaubnis/Erlaubnisse Fach/Fächer
    Fachbereich/Fachbereiche Faden/Fäden Fahrt/Fahrten Fahrplan/Fahrpläne Fass/Fässer Feld/Felder
    Fenster/Fenstern Fest/Feste Feuerwehr/Feuerwehren Fläche/Flächen Flaeche/Fläche
    Flughafen/Flughäfen Form/Formen Frau/Frauen Freund/Freunde Freundin/Freundinnen Frist/Fristen
    Frucht/Früchte Gabel/Gabeln Gang/Gänge Gas/Gase Gast/Gäste Gebot/Gebote Gefahr/Gefahren
    Gehweg/Gehwege Geld/Gelder Gemeinde/Gemeinden Gericht/Gerichte Geschäft/Geschäfte
    Geschaeft/Geschäft Gesellschaft/Gesellschaften Gespräch/Gespräche Gewinn/Gewinne Glas/Gläser
    Gleis/Gleise Grab/Gräber Graben/Gräben Grad/Grade Grenze/Grenzen Gruppe/Gruppen Gut/Güter
    Haltestelle/Haltestellen Hand/Hände Hang/Hänge Hauptstraße/Hauptstrassen Heft/Hefte Heim/Heime
    Held/Helden Herr/Herren Herz/Herzen Hilfe/Hilfen Hindernis/Hindernisse Hof/Höfe Höhe/Höhen
    Huhn/Hühner Hund/Hunde Hut/Hüte Idee/Ideen Industrie/Industrien Ingenieur/Ingenieure
    Insel/Inseln Instrument/Instrumente Interesse/Interessen Kabinett/Kabinette Kamin/Kamine
    Kampf/Kämpfe Kanal/Kanäle Kasten/Kästen Katalog/Kataloge Keller/Kellern Kenntnis/Kenntnisse
    Kennzahl/Kennzahlen Kirche/Kirchen Klage/Klagen Klasse/Klassen Kleid/Kleider Klinik/Kliniken
    Knoten/Knotens Koch/Köche Kommune/Kommunen Konferenz/Konferenzen König/Könige Korb/Körbe
    Körper/Körpern Kreuzung/Kreuzungen Krise/Krisen Kritik/Kritiken Kuh/Kühe Kultur/Kulturen
    Kunst/Künste Kurs/Kurse Laden/Läden Lager/Lagern Lampe/Lampen Last/Lasten Laub/Laubes
    Lehrer/Lehrern Leiter/Leitern Lieferant/Lieferanten Liste/Listen Lizenz/Lizenzen Loch/Löcher
    Lohn/Löhne Luft/Lüfte Macht/Mächte Mann/Männer Mauer/Mauern Meldung/Meldungen Mensch/Menschen
    Merkmal/Merkmale Messung/Messungen Methode/Methoden Minister/Ministern Ministerium/Ministerien
    Mittel/Mitteln Modell/Modelle Monopol/Monopole Müll/Mülls Nachbar/Nachbarn Nacht/Nächte
    Nagel/Nägel Name/Namen Nest/Nester Note/Noten Notfall/Notfälle Nutzer/Nutzern
    Nutzerin/Nutzerinnen Objekt/Objekte Ofen/Öfen Ordnung/Ordnungen Organ/Organe Paket/Pakete
    Park/Parks Partei/Parteien Pass/Pässe Patient/Patienten Pflicht/Pflichten Platte/Platten
    Plattform/Plattformen Polizei/Polizeien Preis/Preise Prinzip/Prinzipien Problem/Probleme
    Produkt/Produkte Programm/Programme Prozess/Prozesse Prozeß/Prozess Punkt/Punkte Quelle/Quellen
    Rad/Räder Rand/Ränder Rang/Ränge Raster/Rastern Rat/Räte Rat/Rates Rathaus/Rathauses
    Rechnung/Rechnungen Recht/Rechte Region/Regionen Register/Registern Reihe/Reihen Ring/Ringe
    Rohr/Rohre Rolle/Rollen Rückstand/Rückstände Sache/Sachen Sack/Säcke Satzung/Satzungen
    Schaden/Schäden Schacht/Schächte Schalter/Schaltern Schatz/Schätze Schein/Scheine
    Schicht/Schichten Schiff/Schiffe Schild/Schilder Schlag/Schläge Schluss/Schlüsse
    Schrank/Schränke Schritt/Schritte Schüler/Schülern Schuld/Schulden Schutz/Schutzes
    Schwimmbad/Schwimmbäder See/Seen Seite/Seiten Sekunde/Sekunden Signal/Signale Sinn/Sinne
    Sitz/Sitze Spiel/Spiele Spielplatz/Spielplätze Sprache/Sprachen Stab/Stäbe Stadtwerk/Stadtwerke
    Stall/Ställe Stamm/Stämme Stand/Stände Station/Stationen Staub/Stäube Stern/Sterne
    Steuer/Steuern Stiftung/Stiftungen Stimme/Stimmen Stoff/Stoffe Strang/Stränge Strahl/Strahlen
    Strecke/Strecken Strom/Ströme Stuhl/Stühle Stunde/Stunden Sturm/Stürme Stück/Stücke
    System/Systeme Tal/Täler Tarif/Tarife Tat/Taten Techniker/Technikern Teil/Teile Text/Texte
    Tier/Tiere Tisch/Tische Tod/Tode Topf/Töpfe Tor/Tore Tourist/Touristen Traum/Träume
    Treppe/Treppen Tuch/Tücher Tür/Türen Turm/Türme Ufer/Ufern Uhr/Uhren Umfrage/Umfragen
    Umweg/Umwege Unfall/Unfälle Urlaub/Urlaube Urteil/Urteile Verband/Verbände Verbot/Verbote
    Verein/Vereine Verkehr/Verkehrs Verlust/Verluste Versuch/Versuche Vertreter/Vertretern
    Volk/Völker Volkshochschule/Volkshochschulen Vorgang/Vorgänge Vorhaben/Vorhabens
    Vorschrift/Vorschriften Vorstand/Vorstände Vorteil/Vorteile Waffe/Waffen Wagen/Wagens Wand/Wände
    Ware/Waren Wasser/Wassers Welt/Welten Werk/Werke Wert/Werte Wettbewerb/Wettbewerbe Wiese/Wiesen
    Wirtschaft/Wirtschaften Woche/Wochen Wohnung/Wohnungen Wolf/Wölfe Wunsch/Wünsche Wurm/Würmer
    Wurzel/Wurzeln Zahn/Zähne Zaun/Zäune Zeichen/Zeichens Zeit/Zeiten Zeitung/Zeitungen Zelle/Zellen
    Zertifikat/Zertifikate Zeuge/Zeugen Zimmer/Zimmern Zoll/Zölle Zone/Zonen Zuschlag/Zuschläge
    Zustand/Zustände Zweck/Zwecke Zweig/Zweige Praxis/Praxen Basis/Basen Campus/Campus
    Studium/Studien Museum/Museums Kriterium/Kriterien Medium/Medien Praktikum/Praktika Album/Alben
    Forum/Foren Datum/Datums Firma/Firmen Drama/Dramen Schema/Schemata Komma/Kommas Villa/Villen
    Pizza/Pizzen Agenda/Agenden Cafe/Café Café/Cafés Handy/Handys Hobby/Hobbys Party/Partys
    Baby/Babys Job/Jobs Chip/Chips Laptop/Laptops PC/PCs LKW/LKWs Website/Websites Hotspot/Hotspots
    Newsletter/Newslettern Event/Events Video/Videos Studio/Studios Radio/Radios
    Portfolio/Portfolios neu/neue neu/neuen groß/große gross/groß schnell/schnelle
    elektronisch/elektronische elektronischen/elektronisch städtisch/städtische
    staedtisch/städtischen sicher/sichere sozial/soziale verfügbar/verfügbare möglich/mögliche
    nachhaltig/nachhaltige barrierefrei/barrierefreie kostenlos/kostenlose kostenlos/kostenlosen
    mobil/mobile regional/regionale zentral/zentrale dezentral/dezentralen öffentlich/oeffentlich
    analog/analoge digitalisiert/digitalisierte Digitalisierung/Digitalisierungen
    Vernetzung/Vernetzungen Baugenehmigung/Baugenehmigungen Meldewesen/Meldewesens
    Gewerbeamt/Gewerbeämter Standesamt/Standesämter Jugendamt/Jugendämter Sozialamt/Sozialämter
    Ratsbeschluss/Ratsbeschlüsse Stadtbezirk/Stadtbezirke Ortsteil/Ortsteile
    Glasfasernetz/Glasfasernetze Breitbandanschluss/Breitbandanschlüsse
    Mobilfunkmast/Mobilfunkmasten Ladesäule/Ladesäulen Parkhaus/Parkhäuser Bürgerbüro/Bürgerbüros
    Bürgerhaus/Bürgerhäuser Stadthaus/Stadthäuser Fördertopf/Fördertöpfe Förderantrag/Förderanträge
    Kindergarten/Kindergärten Grünfläche/Grünflächen Fußgängerzone/Fussgängerzonen
    Gemeinderat/Gemeinderäte Personalausweis/Personalausweise Führerschein/Führerscheine
    Reisepass/Reisepässe Hundesteuer/Hundesteuern Wohnsitz/Wohnsitze Umzug/Umzüge
    Eheschließung/Eheschliessungen Kfz-Zulassung/Kfz-Zulassungen Schulbuch/Schulbücher
    Hausmüll/Hausmülls Bebauungsplan/Bebauungsplans Landkreis/Landkreise Münsterland/Muensterland
    Soester/Soest Statue/Statuen Revue/Revuen aktuell/aktuelle individuell/individuelle Duell/Duelle
    Bürgermeister/Bürgermeisterin Bürgermeisterin/Bürgermeisterinnen
    Sachbearbeiter/Sachbearbeiterinnen Mitarbeiter/Mitarbeiterinnen Student/Studentinnen
    Studentin/Studentinnen
    """
)

# irregular forms that only a dictionary could join: known gaps
GAPS = pairs(
    """
    Bau/Bauten Index/Indizes Kilo/Kilos Lexikon/Lexika Radius/Radien Saal/Säle Stadion/Stadien
    Szenario/Szenarien Virus/Viren Visum/Visa ausbauen/ausgebaut bauen/baut beantragen/beantragt
    digitalisieren/digitalisiert dunkel/dunkle fördern/fördert hoch/hohe planen/plant teuer/teure
    umsetzen/umgesetzt  Ärztin/Ärzte
    """
)

# the first finds the second, a compound
COMPOUNDS = pairs(
    """
    Antrag/Antragsmanagement Maßnahme/Digitalisierungsmaßnahme Massnahme/Digitalisierungsmaßnahmen
    Breitband/Breitbandausbau Ausbau/Breitbandausbau Schule/Schulverwaltung Akte/Aktenzeichen
    Netz/Netzausbau Verwaltung/Stadtverwaltung Verwaltung/Verwaltungsakte Glasfaser/Glasfaserausbau
    Portal/Serviceportal Service/Serviceportal Gebiet/Gewerbegebiet Gewerbe/Gewerbegebiet
    Haus/Krankenhäuser Funk/Funkloch Mobilfunk/Mobilfunkversorgung Versorgung/Breitbandversorgung
    Dienst/Onlinedienste Formular/Onlineformulare Dokument/Dokumentenmanagement
    Management/Dokumentenmanagementsystem System/Dokumentenmanagementsystem Bürger/Bürgerportal
    Buerger/Bürgerservice Förderung/Breitbandförderung Projekt/Modellprojekt Stadt/Stadtverwaltung
    Daten/Datenschutz Schutz/Datenschutz Karte/Landkarte Plan/Bebauungsplan Platz/Arbeitsplätze
    Mittel/Fördermittel Konzept/Sicherheitskonzept Gruppe/Arbeitsgruppen
    Leistung/Verwaltungsleistung
    """
)

# the first must not find the second
FORBIDDEN = pairs(
    """
    Strom/ångström Strom/Ångström Forderung/Förderung Zahlung/Zählung Rat/Ratte Rat/Beratung
    Rat/Heirat Rat/Referat Akte/Kontakte Akte/Aktion Akte/Takte Amt/gesamt Amt/Samt Amt/Beamter
    Bau/Bauch Bau/Baum Bus/Bussard Netz/benetzt Schule/Schuld Schule/Schulter Schule/Schulden
    Funk/Funktion Karte/Kartoffel Karte/Kartell Wahl/Walfang Tag/Tagung Land/Landung Post/Kompost
    Bad/Badge Rad/Gerade Rad/radikal Ort/Sport Ort/Wort Ei/Eis Eis/Kreis Weg/bewegen Zug/Bezug
    Haus/Hausierer Platz/Plätzchen Kind/Kindle Ton/Tonne Wort/Antwort Markt/Mark Antrag/Vertrag
    Antrag/Auftrag Vorlage/Anlage Daten/Dativ Bürger/Burgund Burg/Burgund Lage/Vorlage Stadt/statt
    Stelle/Stellung Wal/Wald Lan/Land Leitung/Zeitung Sitzung/Satzung Prüfung/Probe Wasser/Wissen
    Straße/Stress Gebiet/Gebet Gas/Gasse Hof/Hoffnung Funkloch/Funkzelle Förderung/Forderung
    Zählung/Zahlung Ausschuss/Ausschlag Beschluss/Beschlag Verein/Vereinbarung Gemeinde/gemein
    Rechnung/Rechen Karte/Karton Dienst/Dienstag Dokument/Doktor Bericht/Gericht Gericht/Richtung
    Burg/Bürger Bürger/Burg Burg/Buerger Kauf/Käufer Garten/Gärtner Sang/Sänger Wahl/Wähler Akte/Aktie
    Regie/Regierung Rad/Radio Strom/angstroem Strom/Angstrom Strom/ångströms Muster/Münster Stadt/Staat
    """
)

# the first may find the second, but never before itself
RANKED = pairs(
    """
    Post/Posten Fall/Falle Kosten/Kost Mast/Master Schule/Schüler Kuchen/Küche
    Bruder/Brüder drucken/drücken fordern/fördern schon/schön Wagen/wägen Netz/Netzausbau
    Antrag/Antragsmanagement Bau/Bauer Lehre/Lehrer  Maßnahme/Maßnahmen Stadt/Städte
    Haus/Häuser
    """
)
