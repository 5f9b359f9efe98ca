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
    Bestand/Bestände
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
    """
)

# the first may find the second, but never before itself
RANKED = pairs(
    """
    Burg/Bürger Post/Posten Fall/Falle Kosten/Kost Mast/Master Schule/Schüler Kuchen/Küche
    Bruder/Brüder drucken/drücken fordern/fördern schon/schön Wagen/wägen Netz/Netzausbau
    Antrag/Antragsmanagement Bau/Bauer Lehre/Lehrer Kauf/Käufer Maßnahme/Maßnahmen Stadt/Städte
    Haus/Häuser
    """
)
