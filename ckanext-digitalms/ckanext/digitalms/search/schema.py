"""Our Solr schema: made from the schema of the installed CKAN, with German analysis instead of English.

Three forms of a word stand in the index, and a fourth beside them (see ``docs/develop.md``):

* *exact* (``digitalms_exact``): as written, but small, ``ß`` as ``ss`` and ``ä`` as ``ae``: so Bürger is
  Buerger, and not Burger;
* *stem* (``digitalms_stem``): its Snowball stem, the umlaut kept: Förderung is not Forderung;
* ``text``: the same and, where German bends a vowel for a plural (Haus, Häuser), also the stem without
  the umlaut. ``ä`` is bent only in the last syllable before the endings of plurals: so words on -ung,
  -keit, -lich keep theirs, and so do Bürger, who are no Burg;
* *parts* (``digitalms_parts``): the halves of compounds, found by hyphenation (:mod:`.compounds`).

Only parts of Lucene's common analysis module are used, so any Solr 9 can load the schema.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib.resources import files
from pathlib import Path

from lxml import etree

from . import entry_fields
from .fields import DCAT, EXACT, PARTS, REFERENCE, STEM, TEXTS, TITLE_EXACT, TITLE_STEM

MAPPING = "digitalms-mapping.txt"
EMPTY = ("protwords.txt", "synonyms.txt", "stopwords.txt")

# what is one letter to a reader is one letter to the index
_MAPPED = {
    "ß": "ss",
    "ẞ": "SS",
    "a\u0308": "ä",
    "o\u0308": "ö",
    "u\u0308": "ü",
    "A\u0308": "Ä",
    "O\u0308": "Ö",
    "U\u0308": "Ü",
    "\u00ad": "",
    "\u200b": "",
    "\u2060": "",
    "\ufeff": "",
    "\u2010": "-",
    "\u2011": "-",
    "\u2013": "-",
    "\u2044": "/",
    "\uff0f": "/",
}

# a council reference stays one token, also where text is glued to it
_SEPARATOR = r"\s?[-/]\s?"
_REFERENCE = rf"(?<![\p{{L}}])([VvRr]){_SEPARATOR}([0-9]{{4}}){_SEPARATOR}([0-9]{{4}})(?![0-9])"
_REFERENCES = (
    (rf"{_REFERENCE}[-/]([1-9][0-9]?)(?![0-9/])", " $1$2of$3no$4 "),
    (_REFERENCE, " $1$2of$3 "),
)

_CONSONANTS = "bcdfghjklmnpqrstvwxzß"
_UMLAUTS = (("ä", "ae"), ("ö", "oe"), ("ü", "ue"))
_LETTERS = (("ae", "ä"), ("oe", "ö"), (r"(?<![aeiouyäöüq])ue", "ü"))

# endings that the stemmer does not know; each rule treats both forms of its words alike
_ENDINGS = (
    ("(?<=(?:er|or|ent|ant|ist))in(?:nen)?$", ""),  # Bürgerin, Direktorinnen, Studentin
    ("(?<=.{2})e(rn|m)(?:e[mnrs]?|s)?$", "e$1"),  # extern, externe; System, Systeme
    ("(?<=.{2}[ae][lr])n$", ""),  # Regel, Regeln; Nachbar, Nachbarn
    ("(?<=[aeiou][lnr])se[ns]?$", "s"),  # Kurs, Kurse
    ("(?<=.{3}[aei]l|zip)ien?$", ""),  # Material, Materialien; Familie, Familien
    ("(?<=.{2}[bcdfhjkmnpqrstvwxz])as$", "a"),  # Kitas, not Glas or Gas
    ("(?<=.{2}[^aoul])os$", "o"),  # Büros, not kostenlos
    ("(?<=.[pcvwxy])s$", ""),  # Workshops, Lkws, Handys
    ("(?<=.{3}m)ata$", "a"),  # Schemata
    (f"(?<=.{{3}}[{_CONSONANTS}])a$", "en"),  # Thema, Themen
    (f"(?<=.{{3}}[{_CONSONANTS}])o$", "en"),  # Konto, Konten
    (f"(?:(?<=at)|(?<=.{{2}}[{_CONSONANTS}ei])(?<!t))ums?$", "en"),  # Zentrum, Datum; not Eigentum
    ("(?<=.{2}m)us$", "en"),  # Mechanismus, Mechanismen
    ("(?<=.{2}[^aeioun])is$", "en"),  # Praxis, Praxen; not Ergebnis or Kreis
    ("een$", "ee"),  # Allee, Alleen
)
_STEM_ENDINGS = (("uss$", "us"), ("(?<=..)inn$", "in"))  # Bus, Busse; Ärztin, Ärztinnen

# where a vowel bends for a plural: before -e, -en, -el; before -er only after sounds that such plurals
# have (Häuser, Bücher, Dörfer), not after those of people who do something (Bürger, Käufer, Händler)
_DOERS = f"(?:[{_CONSONANTS}]*(?:g|ck|pf|hl|hr|tl|dl|tn|nz|tz)|f+)ern?$"
_BENT = f"(?!u?[{_CONSONANTS}]+(?:e|en|es|el|eln)$)(?!u?(?!{_DOERS})[{_CONSONANTS}]+ern?$)"


def write_configset(conf_dir: Path) -> None:
    """Write a whole Solr configuration: schema, ``solrconfig.xml`` and the files they name."""
    conf_dir.mkdir(parents=True, exist_ok=True)
    (conf_dir / "schema.xml").write_bytes(schema_xml(_ckan_schema()))
    (conf_dir / "solrconfig.xml").write_text(_resource("solrconfig.xml"), encoding="utf-8")
    (conf_dir / MAPPING).write_text(_mapping(), encoding="utf-8")
    for name in EMPTY:
        (conf_dir / name).touch()


def _ckan_schema() -> bytes:
    return files("ckan").joinpath("config", "solr", "schema.xml").read_bytes()


def _resource(name: str) -> str:
    return files(__package__ or "").joinpath(name).read_text(encoding="utf-8")


def _mapping() -> str:
    return "".join(f'"{_escaped(found)}" => "{_escaped(used)}"\n' for found, used in _MAPPED.items())


def _escaped(text: str) -> str:
    return "".join(c if c.isascii() else f"\\u{ord(c):04x}" for c in text)


def schema_xml(ckan_schema: bytes) -> bytes:
    """Make our schema from CKAN's: the type ``text`` is replaced, our fields are added."""
    root = etree.fromstring(ckan_schema, etree.XMLParser(remove_blank_text=True))
    types, fields = _one(root, "types"), _one(root, "fields")
    old = _one(types, "fieldType[@name='text']")
    types.replace(old, _text_type("text", _bent_stems()))
    types.append(_text_type("digitalms_stem", _stems()))
    types.append(_text_type("digitalms_exact", _exact()))
    types.append(_plain_type("digitalms_marks"))
    types.append(_plain_type("digitalms_beginnings", [*_exact(), _EDGES]))
    # Solr's update log and SolrCloud need a number here; CKAN never sends the field
    _one(fields, "field[@name='_version_']").attrib.update(
        {"type": "plong", "indexed": "false", "stored": "false", "docValues": "true"}
    )
    for field in _fields():
        fields.append(field)
    _copies(root)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _one(root: etree._Element, path: str) -> etree._Element:
    found = root.find(path)
    if found is None:
        raise ValueError(f"CKAN's schema.xml has no {path}: this version of CKAN is not supported")
    return found


def _fields() -> Iterable[etree._Element]:
    for name, kind in (
        (TEXTS, "text"),
        (PARTS, "text"),
        (STEM, "digitalms_stem"),
        (TITLE_STEM, "digitalms_stem"),
        (EXACT, "digitalms_exact"),
        (TITLE_EXACT, "digitalms_exact"),
        (REFERENCE, "string"),
    ):
        yield _field(name, kind)
    yield _field(DCAT, "string", indexed="false", stored="true", docValues="false", multiValued="false")
    yield from _fields_of_entries()


def _fields_of_entries() -> Iterable[etree._Element]:
    for name, kind in entry_fields.DECLARED:
        yield _field(name, kind, omitNorms=str(name in entry_fields.LONG).lower())
    for name in entry_fields.KEYS:
        yield _field(name, "string", docValues="true", useDocValuesAsStored="false")
    for name in entry_fields.SINGLE:
        yield _field(name, "string", docValues="true", useDocValuesAsStored="false", multiValued="false")
    yield _field(entry_fields.WEIGHT, "pfloat", docValues="true", multiValued="false")
    yield _field(entry_fields.SHOWN, "string", indexed="false", stored="true", multiValued="false")


def _field(name: str, kind: str, **options: str) -> etree._Element:
    usual = {"indexed": "true", "stored": "false", "multiValued": "true"}
    return etree.Element("field", {"name": name, "type": kind, **usual, **options})


def _copies(root: etree._Element) -> None:
    # Solr does not copy a copy, so what CKAN gathers in "text" is gathered again
    gathered = [str(copy.get("source")) for copy in root.findall("copyField[@dest='text']")]
    wanted = [(source, field) for source in gathered if source != "text" for field in (STEM, EXACT)]
    wanted += [(TEXTS, field) for field in ("text", STEM, EXACT)]
    wanted += [("title", TITLE_STEM), ("title", TITLE_EXACT)]
    wanted += entry_fields.COPIED
    for source, dest in wanted:
        root.append(etree.Element("copyField", source=source, dest=dest))


Filters = list[tuple[str, dict[str, str]]]


def _text_type(name: str, filters: Filters) -> etree._Element:
    kind = etree.Element(
        "fieldType", {"name": name, "class": "solr.TextField", "positionIncrementGap": "100"}
    )
    if name == "digitalms_exact":
        kind.set("omitNorms", "true")  # where it counts that a word is there, not how long the text is
    for side in ("index", "query"):
        analyzer = etree.SubElement(kind, "analyzer", type=side)
        _add(analyzer, "charFilter", "MappingCharFilterFactory", mapping=MAPPING)
        for pattern, replacement in _REFERENCES:
            _add(
                analyzer,
                "charFilter",
                "PatternReplaceCharFilterFactory",
                pattern=pattern,
                replacement=replacement,
            )
        _add(analyzer, "tokenizer", "WhitespaceTokenizerFactory")
        for factory, options in _words(side) + filters:
            _add(analyzer, "filter", factory, **options)
    return kind


# the beginnings of words, for what is proposed while somebody types; the question stays as it is
_EDGES = ("EdgeNGramFilterFactory", {"minGramSize": "2", "maxGramSize": "20", "preserveOriginal": "true"})


def _plain_type(name: str, filters: Sequence[tuple[str, dict[str, str]]] = ()) -> etree._Element:
    """Return a type of words between spaces, in small letters."""
    kind = etree.Element("fieldType", {"name": name, "class": "solr.TextField", "omitNorms": "true"})
    for side in ("index", "query"):
        analyzer = etree.SubElement(kind, "analyzer", type=side)
        _add(analyzer, "charFilter", "MappingCharFilterFactory", mapping=MAPPING)
        _add(analyzer, "tokenizer", "WhitespaceTokenizerFactory")
        _add(analyzer, "filter", "LowerCaseFilterFactory")
        for factory, options in filters:
            if side == "index" or factory != _EDGES[0]:
                _add(analyzer, "filter", factory, **options)
    return kind


def _add(analyzer: etree._Element, tag: str, factory: str, **options: str) -> None:
    etree.SubElement(analyzer, tag, {"class": f"solr.{factory}", **options})


def _words(side: str) -> Filters:
    delimiter = {
        "generateWordParts": "1",
        "generateNumberParts": "1",
        "catenateWords": "1",
        "catenateNumbers": "1" if side == "index" else "0",
        "splitOnCaseChange": "1",
        "splitOnNumerics": "0",
    }
    synonyms = ("SynonymGraphFilterFactory", {"synonyms": "synonyms.txt", "ignoreCase": "true"})
    flatten: Filters = [("FlattenGraphFilterFactory", {})] if side == "index" else []
    return [
        *([synonyms] if side == "query" else []),
        ("WordDelimiterGraphFilterFactory", delimiter),
        *flatten,
        ("LowerCaseFilterFactory", {}),
    ]


def _replace(rules: Iterable[tuple[str, str]]) -> Filters:
    return [
        ("PatternReplaceFilterFactory", {"pattern": pattern, "replacement": replacement, "replace": "all"})
        for pattern, replacement in rules
    ]


def _exact() -> Filters:
    return [*_replace(_UMLAUTS), ("ASCIIFoldingFilterFactory", {})]


def _stem() -> Filters:
    return [
        ("ASCIIFoldingFilterFactory", {}),
        ("SnowballPorterFilterFactory", {"language": "German", "protected": "protwords.txt"}),
        *_replace(_STEM_ENDINGS),
        ("RemoveDuplicatesTokenFilterFactory", {}),
    ]


def _stems() -> Filters:
    return [*_replace(_LETTERS), *_replace(_ENDINGS), *_replace(_UMLAUTS), *_stem()]


def _bent_stems() -> Filters:
    unbent = [(f"{umlaut}{_BENT}", letters) for umlaut, letters in _UMLAUTS]
    return [
        *_replace(_LETTERS),
        *_replace(_ENDINGS),
        *_replace(unbent),
        # what still has its umlaut is bent: both forms go on
        ("ASCIIFoldingFilterFactory", {"preserveOriginal": "true"}),
        *_replace(_UMLAUTS),
        *_stem(),
    ]
