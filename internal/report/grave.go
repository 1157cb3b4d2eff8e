package report

import "strings"

// grave are stems of the nouns whose count is news in itself, by language: the dead
// and hurt, the missing, captives, charges, votes. Money is known by its unit.
var grave = map[string][]string{
	"en": {"dead", "death", "died", "kill", "fatalit", "injur", "wound", "hurt", "casualt", "victim", "missing", "charge", "vote", "prisoner", "hostage"},
	"de": {"tote", "tödlich", "todesopfer", "opfer", "verletz", "verwundet", "vermisst", "anklage", "stimme", "gefangene", "geisel"},
	"fr": {"mort", "décès", "tué", "bless", "victime", "disparu", "inculp", "voix", "prisonnier", "otage"},
	"es": {"muert", "fallecid", "herid", "víctima", "desaparecid", "acusaci", "voto", "prisioner", "rehen", "rehén"},
	"pt": {"mort", "ferid", "vítima", "desaparecid", "acusaç", "voto", "prisioneir", "refém", "reféns"},
	"it": {"mort", "ferit", "vittim", "dispers", "accus", "vot", "prigionier", "ostagg"},
	"uk": {"загибл", "загинул", "вбит", "убит", "поранен", "жертв", "зникл", "обвинувач", "голос", "полонен", "заручник"},
	"ru": {"погибш", "убит", "ранен", "жертв", "пропавш", "обвинен", "голос", "пленн", "заложник"},
}

// isGrave reports whether a number counts what is grave. A language without a list is
// read as English.
func isGrave(head, lang string) bool {
	stems, ok := grave[lang]
	if !ok {
		stems = grave["en"]
	}
	for word := range strings.FieldsSeq(strings.ToLower(head)) {
		for _, stem := range stems {
			if strings.HasPrefix(word, stem) {
				return true
			}
		}
	}
	return false
}
